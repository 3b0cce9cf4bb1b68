package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Settings;
import dev.sluice.config.setting.Setting;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ExecAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a cluster is given, by kustomize and by the chart: the rules that such files have broken elsewhere.
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesManifestsTest {
    static final Path FOLDER = Command.PROJECT.resolve("packaging/kubernetes");
    private static final String IMAGE_HOME = "/opt/sluice/";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

    /// `stop_time`, and the time after it that a process needs to hand over and end.
    private static final int STOP_SECONDS = 15;

    private Map<String, KubernetesObjects> renderings = Map.of();

    @BeforeAll
    void render() throws Exception {
        renderings = Map.of(
                "single", KubernetesObjects.kustomized(FOLDER.resolve("single")),
                "cluster", KubernetesObjects.kustomized(FOLDER.resolve("cluster")),
                "chart", HelmChart.rendered("sluice", Map.of()),
                "chart of three", HelmChart.rendered("push", Map.of("replicas", "3")));
    }

    @Test
    void areReadStrictly() {
        String service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {%s}\n";

        assertThat(KubernetesObjects.read(service.formatted("clusterIP: None")).all())
                .hasSize(1);
        for (String wrong : List.of("clusterIp: None", "ports: [{prot: 1}]", "type: ClusterIP, type: NodePort")) {
            assertThatThrownBy(() -> KubernetesObjects.read(service.formatted(wrong)))
                    .as(wrong)
                    .isInstanceOf(RuntimeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void podsMeetTheRestrictedSecurityStandard(String rendering) {
        PodSpec pod = pod(rendering);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isNull(); // The image's, which is a number.
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getSecurityContext().getFsGroup()).isNotNull();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostIPC()).isNull();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getInitContainers()).isEmpty();
        for (Container each : pod.getContainers()) {
            assertThat(each.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(each.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(each.getSecurityContext().getCapabilities().getAdd()).isEmpty();
            assertThat(each.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(each.getPorts()).allMatch(port -> port.getHostPort() == null);
            assertThat(each.getResources().getLimits()).containsKey("memory");
            assertThat(each.getResources().getRequests()).containsKeys("memory", "cpu");
        }
        assertThat(pod.getVolumes())
                .allMatch(
                        each -> each.getConfigMap() != null || each.getSecret() != null || each.getEmptyDir() != null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "chart"})
    void oneHubWritesToAVolumeAndNothingBlocksTheDrainOfItsMachine(String rendering) {
        KubernetesObjects objects = renderings.get(rendering);
        // A StatefulSet starts no second pod of a name before the first one is gone.
        assertThat(set(rendering).getSpec().getReplicas()).isOne();
        assertThat(objects.all(PodDisruptionBudget.class)).isEmpty();
        assertThat(pod(rendering).getTopologySpreadConstraints()).isEmpty();
        assertThat(variables(rendering)).noneMatch(each -> each.getName().startsWith("SLUICE_CLUSTER_"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster", "chart of three"})
    void nodesAreApartAndLeaveOneByOne(String rendering) {
        PodDisruptionBudget budget = renderings.get(rendering).only(PodDisruptionBudget.class);
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isOne();
        assertThat(budget.getSpec().getSelector())
                .isEqualTo(set(rendering).getSpec().getSelector());
        List<TopologySpreadConstraint> spread = pod(rendering).getTopologySpreadConstraints();
        assertThat(spread)
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(spread)
                .extracting(TopologySpreadConstraint::getLabelSelector)
                .containsOnly(set(rendering).getSpec().getSelector());
    }

    /// Else nobody finds the others before all have found each other.
    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void podsHaveNamesBeforeTheyAreReadyAndClientsReachReadyOnes(String rendering) {
        StatefulSet set = set(rendering);
        Service nodes = service(rendering, set.getSpec().getServiceName());
        assertThat(nodes.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(nodes.getSpec().getPublishNotReadyAddresses()).isTrue();
        Service clients = service(rendering, set.getMetadata().getName());
        assertThat(clients.getSpec().getClusterIP()).isNull();
        assertThat(clients.getSpec().getPublishNotReadyAddresses()).isNull();
        assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        for (Service each : List.of(nodes, clients)) {
            assertThat(each.getSpec().getIpFamilyPolicy()).isEqualTo("PreferDualStack");
            assertThat(each.getSpec().getSelector())
                    .isEqualTo(set.getSpec().getSelector().getMatchLabels());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void portsThatAreNamedExist(String rendering) {
        Container hub = hub(rendering);
        Map<String, Integer> ports = hub.getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
        for (Probe each : List.of(hub.getStartupProbe(), hub.getLivenessProbe(), hub.getReadinessProbe())) {
            assertThat(ports).containsKey(each.getHttpGet().getPort().getStrVal());
        }
        service(rendering, set(rendering).getMetadata().getName())
                .getSpec()
                .getPorts()
                .forEach(each ->
                        assertThat(ports).containsKey(each.getTargetPort().getStrVal()));
        renderings.get(rendering).all(NetworkPolicy.class).stream()
                .flatMap(policy -> policy.getSpec().getIngress().stream())
                .flatMap(rule -> rule.getPorts().stream())
                .forEach(each -> assertThat(ports).containsKey(each.getPort().getStrVal()));
        assertThat(value(rendering, "SLUICE_PORT")).isEqualTo("" + ports.get("http"));
        assertThat(value(rendering, "SLUICE_ADMIN_PORT")).isEqualTo("" + ports.get("admin"));
    }

    /// A probe for readiness would end a hub that reads its log, or waits for others.
    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void onlyAHubThatDoesNotAnswerIsEnded(String rendering) {
        Container hub = hub(rendering);
        assertThat(hub.getStartupProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(hub.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(hub.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void aStopHasTheTimeThatItNeeds(String rendering) {
        Container hub = hub(rendering);
        long drain = Long.parseLong(value(rendering, "SLUICE_DRAIN_TIME").replace("s", ""));
        long before = hub.getLifecycle().getPreStop().getSleep().getSeconds();
        assertThat(before).isPositive();
        assertThat(pod(rendering).getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(before + drain + STOP_SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void programsThatAreRunAreInTheImage(String rendering) {
        Container hub = hub(rendering);
        Stream<ExecAction> hooks = Stream.of(
                        hub.getLifecycle().getPreStop().getExec(),
                        hub.getStartupProbe().getExec(),
                        hub.getLivenessProbe().getExec(),
                        hub.getReadinessProbe().getExec())
                .filter(each -> each != null);
        assertThat(hooks.map(each -> each.getCommand().getFirst())).allSatisfy(KubernetesManifestsTest::isInTheImage);
        assertThat(hub.getCommand()).isEmpty(); // The image's entry point.
        assertThat(hub.getArgs()).startsWith("serve");
    }

    static void isInTheImage(String program) {
        assertThat(program).startsWith(IMAGE_HOME);
        assertThat(Command.PROJECT.resolve("packaging/home").resolve(program.substring(IMAGE_HOME.length())))
                .isExecutable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void variablesAreSettingsAndReferToEarlierOnes(String rendering) {
        assertThat(pod(rendering).getEnableServiceLinks()).isFalse(); // They would set SLUICE_PORT=tcp://….
        Set<String> settings =
                Settings.ALL.stream().map(KubernetesManifestsTest::variable).collect(Collectors.toSet());
        Set<String> earlier = new HashSet<>();
        for (EnvVar each : variables(rendering)) {
            if (each.getName().startsWith("SLUICE_")) assertThat(settings).contains(each.getName());
            if (each.getValue() != null) {
                REFERENCE
                        .matcher(each.getValue())
                        .results()
                        .forEach(reference ->
                                assertThat(earlier).as(each.getName()).contains(reference.group(1)));
            }
            assertThat(earlier.add(each.getName())).as(each.getName()).isTrue();
        }
    }

    static String variable(Setting<?> setting) {
        return "SLUICE_" + setting.key().toUpperCase(Locale.ROOT).replace('.', '_');
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void filesThatAreNamedAreMounted(String rendering) {
        Set<String> volumes = pod(rendering).getVolumes().stream()
                .map(Volume::getName)
                .collect(Collectors.toCollection(HashSet::new));
        set(rendering)
                .getSpec()
                .getVolumeClaimTemplates()
                .forEach(each -> volumes.add(each.getMetadata().getName()));
        List<VolumeMount> mounts = hub(rendering).getVolumeMounts();
        assertThat(mounts).extracting(VolumeMount::getName).containsExactlyInAnyOrderElementsOf(volumes);
        Stream.concat(
                        hub(rendering).getArgs().stream(),
                        variables(rendering).stream().map(EnvVar::getValue).map(String::valueOf))
                .filter(each -> each.startsWith("/"))
                .forEach(file -> assertThat(mounts)
                        .as(file)
                        .anyMatch(each ->
                                file.equals(each.getMountPath()) || file.startsWith(each.getMountPath() + "/")));
        Set<String> maps = names(rendering, ConfigMap.class);
        pod(rendering).getVolumes().stream()
                .filter(each -> each.getConfigMap() != null)
                .forEach(each -> assertThat(maps).contains(each.getConfigMap().getName()));
    }

    /// Those of a StatefulSet can't be changed; a version in them stops the next upgrade.
    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void selectorsFindTheirPodsAndNameNoVersion(String rendering) {
        PodTemplateSpec template = set(rendering).getSpec().getTemplate();
        Map<String, String> selector = set(rendering).getSpec().getSelector().getMatchLabels();
        assertThat(selector).containsOnlyKeys("app.kubernetes.io/name", "app.kubernetes.io/instance");
        assertThat(template.getMetadata().getLabels()).containsAllEntriesOf(selector);
        assertThat(set(rendering).getSpec().getVolumeClaimTemplates())
                .allMatch(each -> each.getMetadata().getLabels().isEmpty());
        assertThat(renderings.get(rendering).all(NetworkPolicy.class))
                .extracting(each -> each.getSpec().getPodSelector())
                .containsOnly(set(rendering).getSpec().getSelector());
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void onlyNodesReachPortsOfNodesAndNobodyThatOfOperators(String rendering) {
        LabelSelector nodes = set(rendering).getSpec().getSelector();
        for (NetworkPolicy policy : renderings.get(rendering).all(NetworkPolicy.class)) {
            assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
            policy.getSpec()
                    .getIngress()
                    .forEach(rule -> rule.getPorts().forEach(port -> {
                        String name = port.getPort().getStrVal();
                        if (name.equals("http")) assertThat(rule.getFrom()).isEmpty();
                        else {
                            assertThat(name).isIn("raft", "nodes");
                            assertThat(rule.getFrom()).hasSize(1);
                            assertThat(rule.getFrom().getFirst().getPodSelector())
                                    .isEqualTo(nodes);
                        }
                    }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "cluster", "chart", "chart of three"})
    void runTheImageOfThisVersion(String rendering) throws Exception {
        String pom = Files.readString(Command.PROJECT.resolve("pom.xml"));
        String version =
                pom.replaceFirst("(?s).*?<artifactId>sluice-parent</artifactId>\\s*<version>(.*?)</version>.*", "$1");
        assertThat(hub(rendering).getImage()).isEqualTo("sluice:" + version);
    }

    @Test
    void metricsAreReachedWhereThePrometheusOperatorIs(@TempDir Path folder) throws Exception {
        String relative = folder.toRealPath().relativize(FOLDER.toRealPath()).toString();
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [%s/single]\ncomponents: [%s/monitoring]\n"
                        .formatted(relative, relative));
        KubernetesObjects objects = KubernetesObjects.kustomized(folder);

        assertThat(objects.all(NetworkPolicy.class))
                .filteredOn(each -> each.getMetadata().getName().equals("sluice-metrics"))
                .singleElement()
                .extracting(each -> each.getSpec()
                        .getIngress()
                        .getFirst()
                        .getPorts()
                        .getFirst()
                        .getPort()
                        .getStrVal())
                .isEqualTo("admin");
        assertThat(objects.comparable())
                .isEqualTo(HelmChart.rendered("sluice", Map.of("serviceMonitor.enabled", "true"))
                        .comparable());
    }

    @Test
    void theKustomizationOfTheReadmeGivesTheHubAName(@TempDir Path folder) throws Exception {
        String readme = Files.readString(FOLDER.resolve("README.md"));
        String example = readme.replaceFirst("(?s).*```yaml\n(# kustomization.yaml\n.*?)```.*", "$1");
        String relative = folder.toRealPath().relativize(FOLDER.toRealPath()).toString();
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                example.replaceAll("\\.\\./sluice-[^/]*-manifests/kubernetes", relative));
        Files.writeString(folder.resolve("sluice.toml"), "# empty\n");

        StatefulSet set = KubernetesObjects.kustomized(folder).only(StatefulSet.class);

        assertThat(set.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .filteredOn(each -> each.getName().equals("SLUICE_ALLOW_HOSTS"))
                .extracting(EnvVar::getValue)
                .containsExactly("sluice,sluice.push,sluice.push.svc,sluice.push.svc.cluster.local,hub.example");
    }

    private StatefulSet set(String rendering) {
        return renderings.get(rendering).only(StatefulSet.class);
    }

    private PodSpec pod(String rendering) {
        return set(rendering).getSpec().getTemplate().getSpec();
    }

    private Container hub(String rendering) {
        assertThat(pod(rendering).getContainers()).hasSize(1);
        return pod(rendering).getContainers().getFirst();
    }

    private List<EnvVar> variables(String rendering) {
        return hub(rendering).getEnv();
    }

    private String value(String rendering, String variable) {
        return variables(rendering).stream()
                .collect(Collectors.toMap(EnvVar::getName, each -> String.valueOf(each.getValue())))
                .get(variable);
    }

    private Service service(String rendering, String name) {
        return renderings.get(rendering).all(Service.class).stream()
                .collect(Collectors.toMap(each -> each.getMetadata().getName(), Function.identity()))
                .get(name);
    }

    private Set<String> names(String rendering, Class<? extends HasMetadata> type) {
        return renderings.get(rendering).all(type).stream()
                .map(each -> each.getMetadata().getName())
                .collect(Collectors.toSet());
    }
}
