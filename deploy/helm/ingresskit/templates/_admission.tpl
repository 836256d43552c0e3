{{/* What the webhook and the policy are asked about: Ingresses of the classes that the controller serves. */}}

{{- define "ingresskit.classNames" -}}
{{- $names := list .Values.ingressClass.name -}}
{{- if .Values.migration.enabled -}}
{{- $names = append $names .Values.migration.className -}}
{{- end -}}
['{{ join "', '" $names }}']
{{- end -}}

{{/* A CEL expression. Ingresses without any class count when the controller serves them. */}}
{{- define "ingresskit.ownClass" -}}
{{- $names := include "ingresskit.classNames" . -}}
has(object.spec) && has(object.spec.ingressClassName)
? object.spec.ingressClassName in {{ $names }}
{{- if .Values.controller.watchIngressWithoutClass }}
: !has(object.metadata.annotations)
|| !('kubernetes.io/ingress.class' in object.metadata.annotations)
|| object.metadata.annotations['kubernetes.io/ingress.class'] in {{ $names }}
{{- else }}
: has(object.metadata.annotations)
&& 'kubernetes.io/ingress.class' in object.metadata.annotations
&& object.metadata.annotations['kubernetes.io/ingress.class'] in {{ $names }}
{{- end }}
{{- end -}}

{{- define "ingresskit.webhookName" -}}
{{- printf "%s-webhook" (include "ingresskit.fullname" .) -}}
{{- end -}}

{{- define "ingresskit.webhookAccount" -}}
{{- default (include "ingresskit.webhookName" .) .Values.webhook.serviceAccount.name -}}
{{- end -}}

{{/* The command line of `ingresskit webhook`. */}}
{{- define "ingresskit.webhookArgs" -}}
webhook
--service={{ .Release.Namespace }}/{{ include "ingresskit.webhookName" . }}
--webhook-configuration={{ include "ingresskit.clusterName" . }}
--webhook-port={{ .Values.webhook.port }}
--ingress-class={{ .Values.ingressClass.name }}
{{- if .Values.migration.enabled }}
--ingress-class={{ .Values.migration.className }}
{{- end }}
{{- if .Values.controller.watchIngressWithoutClass }}
--watch-ingress-without-class
{{- end }}
--log-level={{ .Values.controller.logLevel }}
--log-format={{ .Values.controller.logFormat }}
{{- if .Values.webhook.tlsSecret }}
--tls-cert-file=/certificate/tls.crt
--tls-key-file=/certificate/tls.key
{{- end }}
{{- range .Values.webhook.extraArgs }}
{{ . }}
{{- end }}
{{- end -}}
