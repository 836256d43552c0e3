{{/* Building blocks of the rights. A Role is never wider than one namespace, a ClusterRole holds no Secret unless asked. */}}

{{/* What is watched and answered to in the namespaces with Ingresses. */}}
{{- define "ingresskit.watchedRules" -}}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* Takes (dict "top" $ "kind" "Role" "name" … "namespace" … "rules" …): a role and its binding to the controller. */}}
{{- define "ingresskit.roleAndBinding" -}}
{{- $labels := dict "top" .top "component" (default "controller" .component) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "ingresskit.labels" $labels | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "ingresskit.labels" $labels | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ default (include "ingresskit.serviceAccountName" .top) .account }}
    namespace: {{ .top.Release.Namespace }}
{{ end -}}
