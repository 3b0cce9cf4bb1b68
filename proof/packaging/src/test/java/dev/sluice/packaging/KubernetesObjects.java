package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Objects of Kubernetes, read as strictly as `kubectl apply --validate=strict` does: no field that a kind
/// does not have, and none twice.
record KubernetesObjects(List<HasMetadata> all) {
    /// The kind of the Prometheus operator, whose fields are not known here.
    private static final String SERVICE_MONITOR = "monitoring.coreos.com/v1/ServiceMonitor";

    /// The kinds that are used.
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/ConfigMap",
            ConfigMap.class,
            "v1/Service",
            Service.class,
            "apps/v1/StatefulSet",
            StatefulSet.class,
            "policy/v1/PodDisruptionBudget",
            PodDisruptionBudget.class,
            "networking.k8s.io/v1/NetworkPolicy",
            NetworkPolicy.class,
            SERVICE_MONITOR,
            GenericKubernetesResource.class);

    private static final YAMLMapper STRICT = YAMLMapper.builder()
            .annotationIntrospector(new NoOtherProperties())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /// The models collect unknown properties in a map, or ignore them.
    private static final class NoOtherProperties extends JacksonAnnotationIntrospector {
        @Override
        public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            boolean isGeneric = annotated instanceof AnnotatedMember member
                    && member.getDeclaringClass() == GenericKubernetesResource.class;
            if (isGeneric) return super.hasAnySetter(config, annotated);
            return false;
        }

        @Override
        public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
            return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
        }
    }

    /// Renders a folder by kustomize.
    static KubernetesObjects kustomized(Path folder) throws Exception {
        Command.Ended ended = Command.run(
                folder, Duration.ofMinutes(1), Map.of(), List.of("kubectl", "kustomize", folder.toString()));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return read(ended.out());
    }

    static KubernetesObjects read(String yaml) {
        List<HasMetadata> objects = new ArrayList<>();
        try (var documents = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            while (documents.hasNext()) {
                JsonNode each = documents.next();
                if (each.isNull() || each.isMissingNode()) continue;
                String kind = each.path("apiVersion").asString() + "/"
                        + each.path("kind").asString();
                Class<? extends HasMetadata> type = KINDS.get(kind);
                assertThat(type).as(kind).isNotNull();
                objects.add(STRICT.treeToValue(each, type));
            }
        }
        return new KubernetesObjects(objects);
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// The object of a kind of which there is one.
    <T extends HasMetadata> T only(Class<T> type) {
        List<T> found = all(type);
        assertThat(found).as(type.getSimpleName()).hasSize(1);
        return found.getFirst();
    }

    /// Each object by kind and name, as YAML, without labels that only tell where it comes from.
    Map<String, String> comparable() {
        Map<String, String> texts = new TreeMap<>();
        for (HasMetadata each : all) {
            Map<String, String> labels = each.getMetadata().getLabels();
            labels.keySet()
                    .removeAll(List.of("helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/version"));
            texts.put(each.getKind() + " " + each.getMetadata().getName(), STRICT.writeValueAsString(each));
        }
        return texts;
    }
}
