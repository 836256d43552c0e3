{{/* Values that contradict each other, which a schema of single values does not see. Each message says what to change. */}}

{{- define "ingresskit.checks" -}}
{{- if and (ne .Values.kind "Deployment") .Values.autoscaling.enabled -}}
{{- fail "autoscaling.enabled needs kind: Deployment; a DaemonSet has one pod on each chosen node" -}}
{{- end -}}
{{- if and .Values.hostNetwork .Values.hostPort.enabled -}}
{{- fail "hostNetwork and hostPort.enabled exclude each other; with hostNetwork the ports of the node are those under ports" -}}
{{- end -}}
{{- if and (eq .Values.publishStatus.source "service") (not .Values.service.enabled) (not .Values.publishStatus.service) -}}
{{- fail "publishStatus.source: service needs service.enabled, or another Service in publishStatus.service" -}}
{{- end -}}
{{- if and (eq .Values.publishStatus.source "addresses") (not .Values.publishStatus.addresses) -}}
{{- fail "publishStatus.source: addresses needs publishStatus.addresses" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.serviceMonitor.enabled needs metrics.enabled: the Service that it selects" -}}
{{- end -}}
{{- if and .Values.metrics.enabled .Values.hostNetwork (not (contains "--admin-bind" (join " " .Values.controller.extraArgs))) -}}
{{- fail "metrics.enabled has no effect with hostNetwork, where the admin port is on 127.0.0.1 of the node; open it to whoever reaches the node with controller.extraArgs: [\"--admin-bind=::\"], or use hostPort" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int64 .Values.autoscaling.minReplicas) (int64 .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas must not be more than autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and (eq (toString .Values.rollout.maxUnavailable | trimSuffix "%") "0") (eq (toString .Values.rollout.maxSurge | trimSuffix "%") "0") -}}
{{- fail "rollout.maxUnavailable and rollout.maxSurge are both 0, so that no replica could ever be replaced; give one of them 1" -}}
{{- end -}}
{{- if and .Values.migration.enabled (eq .Values.migration.className .Values.ingressClass.name) -}}
{{- fail "migration.className and ingressClass.name must differ: each is an IngressClass of its own" -}}
{{- end -}}
{{- if and .Values.rbac.clusterWideSecrets .Values.controller.watchNamespaces -}}
{{- fail "rbac.clusterWideSecrets contradicts controller.watchNamespaces; name the namespaces in rbac.secretNamespaces" -}}
{{- end -}}
{{- end -}}
