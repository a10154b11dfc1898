{{- define "telco-twin.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "telco-twin.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: {path: /readyz, port: metrics}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/* Whether a process has files for its connections to Kafka: a CA, a password; empty when not. */}}
{{- define "telco-twin.kafkaFiles" -}}
{{- if or (include "telco-twin.caSecret" .) (include "telco-twin.login" .) }}true{{ end }}
{{- end }}

{{/* The volumes that every process mounts: scratch space, and its own credentials for Kafka. Input: root, name. */}}
{{- define "telco-twin.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if include "telco-twin.kafkaFiles" .root }}
- name: kafka
  projected:
    defaultMode: 288
    sources:
      {{- with include "telco-twin.caSecret" .root }}
      - secret:
          name: {{ . }}
          items: [{key: ca.crt, path: ca.crt}]
      {{- end }}
      {{- if include "telco-twin.login" .root }}
      - secret:
          name: {{ .name }}
          items: [{key: password, path: password}]
      {{- end }}
{{- end }}
{{- end }}

{{/* Input: root. */}}
{{- define "telco-twin.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "telco-twin.kafkaFiles" .root }}
- name: kafka
  mountPath: /etc/telco-twin/kafka
  readOnly: true
{{- end }}
{{- end }}

{{/* Spread over zones and nodes. Input: name, hash (the label that tells revisions apart). */}}
{{- define "telco-twin.spread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- topologyKey: {{ . }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app.kubernetes.io/name: {{ $.name }}
  matchLabelKeys: [{{ $.hash }}]
{{- end }}
{{- end }}

{{/* What all pods have in common, beside containers and volumes. Input: root, name. */}}
{{- define "telco-twin.podSettings" -}}
serviceAccountName: {{ .name }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- with include "telco-twin.placement" .root | trim }}
{{ . }}
{{- end }}
{{- end }}

{{/* Which nodes pods may run on, and how those get images; empty where nothing is set. */}}
{{- define "telco-twin.placement" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.processors }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Restarts pods when what they read as environment changes: Helm's names of ConfigMaps, unlike Kustomize's, do not. */}}
{{- define "telco-twin.checksums" -}}
checksum/telco-twin: {{ include "telco-twin.environment" .root | sha256sum }}
{{- with .settings }}
checksum/settings: {{ . | sha256sum }}
{{- end }}
{{- end }}
