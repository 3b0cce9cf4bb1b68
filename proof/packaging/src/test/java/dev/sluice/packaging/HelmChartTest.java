package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The chart. [KubernetesManifestsTest] checks what it renders.
final class HelmChartTest {
    @TempDir
    private Path folder;

    @Test
    void hasNoMistakes() {
        LintResult result = new Helm(HelmChart.FOLDER).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"single,1", "cluster,3"})
    void rendersTheSameAsKustomize(String kustomization, String replicas) throws Exception {
        KubernetesObjects expected =
                KubernetesObjects.kustomized(KubernetesManifestsTest.FOLDER.resolve(kustomization));

        assertThat(HelmChart.rendered("sluice", Map.of("replicas", replicas)).comparable())
                .isEqualTo(expected.comparable());
    }

    /// A random secret would be another one after each upgrade.
    @Test
    void rendersTheSameEachTime() {
        Map<String, String> values = Map.of("replicas", "3", "serviceMonitor.enabled", "true");

        assertThat(HelmChart.render(HelmChart.FOLDER, "sluice", values))
                .isEqualTo(HelmChart.render(HelmChart.FOLDER, "sluice", values))
                .doesNotContain("kind: Secret");
    }

    /// All but the template, the replicas and two more fields of a StatefulSet can't be changed.
    @Test
    void anUpgradeChangesNothingThatCannotBeChanged() throws IOException {
        StatefulSet before = HelmChart.rendered("sluice", Map.of()).only(StatefulSet.class);
        Path next = copy("1.1.0");
        StatefulSet after = KubernetesObjects.read(HelmChart.render(next, "sluice", Map.of("replicas", "3")))
                .only(StatefulSet.class);

        assertThat(image(after)).isEqualTo("sluice:1.1.0").isNotEqualTo(image(before));
        after.getSpec().setTemplate(before.getSpec().getTemplate());
        after.getSpec().setReplicas(before.getSpec().getReplicas());
        assertThat(after.getSpec()).isEqualTo(before.getSpec());
        assertThat(after.getMetadata().getName()).isEqualTo(before.getMetadata().getName());
    }

    private static String image(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    }

    private Path copy(String version) throws IOException {
        try (Stream<Path> files = Files.walk(HelmChart.FOLDER)) {
            files.forEach(each ->
                    copy(each, folder.resolve(HelmChart.FOLDER.relativize(each).toString())));
        }
        Path chart = folder.resolve("Chart.yaml");
        Files.writeString(chart, Files.readString(chart).replaceAll("(?m)^(version|appVersion): .*", "$1: " + version));
        return folder;
    }

    private static void copy(Path from, Path to) {
        try {
            if (!Files.isDirectory(to)) Files.copy(from, to);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "replicsa, 3, replicsa",
        "replicas, 0, replicas",
        "env.sluice_port, x, sluice_port",
        "image.pullPolicy, Sometimes, pullPolicy",
        "service.type, Ingress, type",
        "drainTime, soon, drainTime"
    })
    void namesAWrongValue(String key, String value, String named) {
        assertThatThrownBy(() -> HelmChart.rendered("sluice", Map.of(key, value)))
                .hasMessageContaining(named);
    }

    @Test
    void takesSettingsAndNames() {
        Container hub = container(Map.of("env.SLUICE_LOG_FORMAT", "json", "allowHosts[0]", "hub.example"));

        assertThat(hub.getEnv())
                .extracting(EnvVar::getName, EnvVar::getValue)
                .contains(tuple("SLUICE_LOG_FORMAT", "json"));
        assertThat(hub.getEnv())
                .filteredOn(each -> each.getName().equals("SLUICE_ALLOW_HOSTS"))
                .extracting(EnvVar::getValue)
                .singleElement()
                .asString()
                .endsWith(".svc.cluster.local,hub.example");
    }

    private static Container container(Map<String, String> values) {
        StatefulSet set = HelmChart.rendered("sluice", values).only(StatefulSet.class);
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    @Test
    void leavesUserAndGroupToOpenShift() {
        StatefulSet set = HelmChart.rendered("sluice", Map.of("podSecurityContext.fsGroup", "null"))
                .only(StatefulSet.class);

        assertThat(set.getSpec().getTemplate().getSpec().getSecurityContext().getFsGroup())
                .isNull();
        assertThat(set.getSpec().getTemplate().getSpec().getSecurityContext().getRunAsNonRoot())
                .isTrue();
    }

    @Test
    void namesOfAReleaseBelongTogether() {
        KubernetesObjects objects = HelmChart.rendered("push", Map.of("replicas", "5", "clusterDomain", "k8s.example"));
        List<EnvVar> variables = objects.only(StatefulSet.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv();

        assertThat(objects.all()).allMatch(each -> each.getMetadata().getName().startsWith("push-sluice"));
        assertThat(variables)
                .filteredOn(each -> each.getName().equals("SLUICE_CLUSTER_NODES"))
                .singleElement()
                .extracting(EnvVar::getValue)
                .asString()
                .startsWith("push-sluice-0.push-sluice-nodes.$(POD_NAMESPACE).svc.k8s.example:9420,")
                .endsWith(",push-sluice-4.push-sluice-nodes.$(POD_NAMESPACE).svc.k8s.example:9420");
    }
}
