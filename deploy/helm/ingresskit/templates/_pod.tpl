{{/* The pod of the controller: the same in a Deployment and in a DaemonSet. */}}

{{- define "ingresskit.podTemplate" -}}
{{- $labels := dict "top" . "component" "controller" -}}
metadata:
  labels:
    {{- include "ingresskit.selectorLabels" $labels | nindent 4 }}
    {{- with .Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "ingresskit.serviceAccountName" . }}
  automountServiceAccountToken: true
  # Links to a Service named ingresskit would be variables such as INGRESSKIT_PORT, which look like options.
  enableServiceLinks: false
  {{- with include "ingresskit.pullSecrets" . }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  {{- end }}
  dnsPolicy: {{ default (ternary "ClusterFirstWithHostNet" "ClusterFirst" .Values.hostNetwork) .Values.dnsPolicy }}
  # --drain-delay and --drain-timeout, and a margin. No preStop hook: the process itself goes on accepting after SIGTERM while
  # /readyz says 503, so it needs neither a shell in the image nor a sleep.
  terminationGracePeriodSeconds: {{ include "ingresskit.gracePeriodSeconds" . }}
  securityContext:
    {{- include "ingresskit.podSecurityContext" . | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if eq .Values.kind "Deployment" }}
  {{- with include "ingresskit.topologySpread" $labels }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- end }}
  containers:
    - name: controller
      image: {{ include "ingresskit.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- range include "ingresskit.args" . | splitList "\n" }}
        - {{ . | quote }}
        {{- end }}
      env:
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        - name: POD_NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.namespace
        {{- with .Values.controller.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        {{- include "ingresskit.containerPorts" . | nindent 8 }}
      # That it runs, and not /readyz: while the API server is away a pod waits, and is not started again and again ever later.
      startupProbe:
        {{- include "ingresskit.probe" (dict "top" . "path" "/healthz") | nindent 8 }}
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 30
      livenessProbe:
        {{- include "ingresskit.probe" (dict "top" . "path" "/healthz") | nindent 8 }}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        {{- include "ingresskit.probe" (dict "top" . "path" "/readyz") | nindent 8 }}
        periodSeconds: 5
        timeoutSeconds: 2
        failureThreshold: 2
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- include "ingresskit.containerSecurityContext" . | nindent 8 }}
{{- end -}}

{{- define "ingresskit.gracePeriodSeconds" -}}
{{- add (int64 .Values.drain.delaySeconds) (int64 .Values.drain.timeoutSeconds) (int64 .Values.drain.marginSeconds) -}}
{{- end -}}

{{- define "ingresskit.containerPorts" -}}
{{- range $name := list "http" "https" -}}
- name: {{ $name }}
  containerPort: {{ get $.Values.ports $name }}
  {{- if $.Values.hostNetwork }}
  hostPort: {{ get $.Values.ports $name }}
  {{- else if $.Values.hostPort.enabled }}
  hostPort: {{ get $.Values.hostPort $name }}
  {{- end }}
  protocol: TCP
{{ end -}}
- name: admin
  containerPort: {{ .Values.ports.admin }}
  {{- if .Values.hostNetwork }}
  hostPort: {{ .Values.ports.admin }}
  {{- end }}
  protocol: TCP
{{- end -}}

{{/* With hostNetwork the admin port is on 127.0.0.1 of the node, where the kubelet is too. */}}
{{- define "ingresskit.probe" -}}
httpGet:
  {{- if .top.Values.hostNetwork }}
  host: 127.0.0.1
  {{- end }}
  path: {{ .path }}
  port: admin
{{- end -}}

{{/* Takes (dict "top" $ "component" …). The hash of the template keeps a rollout from counting the old replicas. */}}
{{- define "ingresskit.topologySpread" -}}
{{- $spread := .top.Values.topologySpread -}}
{{- $keys := list -}}
{{- with $spread.zone }}{{ $keys = append $keys (dict "key" "topology.kubernetes.io/zone" "when" .) }}{{ end -}}
{{- with $spread.node }}{{ $keys = append $keys (dict "key" "kubernetes.io/hostname" "when" .) }}{{ end -}}
{{- if $keys -}}
topologySpreadConstraints:
{{- range $keys }}
  - maxSkew: 1
    topologyKey: {{ .key }}
    whenUnsatisfiable: {{ .when }}
    labelSelector:
      matchLabels:
        {{- include "ingresskit.selectorLabels" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}
{{- end -}}
