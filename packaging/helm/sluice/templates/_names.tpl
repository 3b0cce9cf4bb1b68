{{/* The name of all objects: the release, with the chart's name unless it has that. Pods add "-nodes" and a number. */}}
{{- define "sluice.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 45 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 45 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What selects the pods. A StatefulSet's selector can't be changed, so there is no version in it. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end }}

{{/* The name service's name for a pod, after the pod's own. */}}
{{- define "sluice.domain" -}}
{{ include "sluice.name" . }}-nodes.$(POD_NAMESPACE).svc.{{ .Values.clusterDomain }}
{{- end }}
