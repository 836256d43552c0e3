{{/* The command line of `ingresskit serve`, one argument a line. */}}

{{- define "ingresskit.args" -}}
{{- $controller := .Values.controller -}}
serve
--http-port={{ .Values.ports.http }}
--https-port={{ .Values.ports.https }}
--admin-port={{ .Values.ports.admin }}
{{- /* The kubelet asks from outside the pod, unless they share the node's network: then the port need not be open to others. */}}
--admin-bind={{ ternary "127.0.0.1" "::" .Values.hostNetwork }}
--ingress-class={{ .Values.ingressClass.name }}
--controller-class={{ .Values.ingressClass.controller }}
{{- if .Values.migration.enabled }}
--ingress-class={{ .Values.migration.className }}
--controller-class={{ .Values.migration.controller }}
{{- end }}
{{- range $controller.watchNamespaces }}
--watch-namespace={{ . }}
{{- end }}
{{- if $controller.watchIngressWithoutClass }}
--watch-ingress-without-class
{{- end }}
{{- with $controller.defaultBackendService }}
--default-backend-service={{ . }}
{{- end }}
{{- with $controller.defaultTlsSecret }}
--default-tls-secret={{ . }}
{{- end }}
{{- with $controller.sessionSecret }}
--session-secret={{ . }}
{{- end }}
{{- with $controller.trustedProxies }}
--trusted-proxies={{ join "," . }}
{{- end }}
{{- if ne $controller.externalName "deny" }}
--external-name={{ $controller.externalName }}
{{- end }}
{{- if ne (toString $controller.workers) "1" }}
--workers={{ $controller.workers }}
{{- end }}
--drain-delay={{ .Values.drain.delaySeconds }}
--drain-timeout={{ .Values.drain.timeoutSeconds }}
{{- $source := include "ingresskit.publishSource" . }}
{{- if eq $source "service" }}
--publish-service={{ include "ingresskit.publishService" . }}
{{- else if eq $source "addresses" }}
--publish-status-address={{ join "," .Values.publishStatus.addresses }}
{{- else if eq $source "nodes" }}
--publish-node-addresses={{ .Values.publishStatus.nodeAddressType }}
{{- end }}
--election-namespace={{ .Release.Namespace }}
--election-id={{ include "ingresskit.electionId" . }}
--log-level={{ $controller.logLevel }}
--log-format={{ $controller.logFormat }}
{{- if $controller.accessLog }}
--access-log
{{- end }}
{{- range $controller.extraArgs }}
{{ . }}
{{- end }}
{{- end -}}

{{/* service, addresses, nodes or none. */}}
{{- define "ingresskit.publishSource" -}}
{{- if ne .Values.publishStatus.source "auto" -}}
{{- .Values.publishStatus.source -}}
{{- else if and .Values.service.enabled (ne .Values.service.type "ClusterIP") -}}
service
{{- else -}}
none
{{- end -}}
{{- end -}}

{{- define "ingresskit.publishService" -}}
{{- default (printf "%s/%s" .Release.Namespace (include "ingresskit.fullname" .)) .Values.publishStatus.service -}}
{{- end -}}

{{/* Name of the Lease that elects who writes to the cluster. */}}
{{- define "ingresskit.electionId" -}}
{{- printf "%s-leader" (include "ingresskit.fullname" .) -}}
{{- end -}}
