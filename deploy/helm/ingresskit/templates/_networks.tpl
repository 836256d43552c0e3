{{/* Peers of network policies. */}}

{{/* Every address but the denied ones. */}}
{{- define "ingresskit.anywhere" -}}
{{- $denied := .Values.networkPolicy.deniedEgress -}}
- ipBlock:
    cidr: 0.0.0.0/0
    {{- with $denied.ipv4 }}
    except:
      {{- toYaml . | nindent 6 }}
    {{- end }}
- ipBlock:
    cidr: ::/0
    {{- with $denied.ipv6 }}
    except:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end -}}

{{/* The API servers, where they are told; else nothing. */}}
{{- define "ingresskit.apiServers" -}}
{{- range .Values.networkPolicy.apiServerCidrs }}
- ipBlock:
    cidr: {{ . }}
{{- end }}
{{- end -}}
