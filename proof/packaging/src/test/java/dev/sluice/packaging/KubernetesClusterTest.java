package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hubs of a packaged program, run from what kustomize renders and nothing else, in place of a cluster of
/// Kubernetes. Each start of a pod has another address, as there.
@Tag("long")
final class KubernetesClusterTest {
    /// A start takes seconds. Other tests may leave little of the processors.
    private static final Duration READY = Duration.ofMinutes(30);

    private static final Duration BUILD = Duration.ofMinutes(30);
    private static final Duration COMMAND = Duration.ofMinutes(10);
    private static final long PAUSE_NS = 50_000_000;
    private static final int NODES = 3;
    private static final String EARLIER = "0.9.9";

    /// The exit code of a JVM that SIGTERM has ended.
    private static final int TERMINATED = 143;

    @TempDir
    static Path built;

    private static Path home;
    private static Path earlier;

    @TempDir
    Path folder;

    private PodNetwork network;
    private final List<Pod> pods = new ArrayList<>();
    private final List<Pod> ready = new ArrayList<>();
    private Process clients;
    private PrintStream commands;
    private BufferedReader answers;

    @BeforeAll
    static void build() throws Exception {
        home = built.resolve("home");
        earlier = built.resolve("earlier");
        bash(BUILD, ". packaging/lib.sh && stage_home linux-x64 \"$1\"", home);
        bash(COMMAND, "cp -a \"$1\" \"$2\"", Path.of(System.getProperty("sluice.earlier", home.toString())), earlier);
        renameVersion();
    }

    /// Makes a program that says it has an earlier version, and has no start-up cache that fits. The program home
    /// `sluice.earlier` may be of a version that is an earlier one indeed.
    private static void renameVersion() throws Exception {
        Path jar;
        try (Stream<Path> jars = Files.list(earlier.resolve("lib"))) {
            jar = jars.filter(each -> each.getFileName().toString().startsWith("sluice-server-"))
                    .findFirst()
                    .orElseThrow();
        }
        bash(COMMAND, """
                mkdir "$2" && cd "$2" && unzip -q "$1" dev/sluice/server/version.properties
                sed -i 's/^version=.*/version=EARLIER/' dev/sluice/server/version.properties
                zip -qu "$1" dev/sluice/server/version.properties
                """.replace("EARLIER", EARLIER), jar, built.resolve("version"));
    }

    private static String bash(Duration timeMax, String script, Path... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("bash", "-euc", script, "bash"));
        Stream.of(arguments).map(Path::toString).forEach(words::add);
        Command.Ended ended = Command.run(Command.PROJECT, timeMax, Map.of("SLUICE_JAVA_OPTS", ""), words);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended.out();
    }

    @AfterEach
    void end() {
        if (clients != null) clients.destroyForcibly();
        pods.forEach(Pod::kill);
        if (network != null) network.close();
    }

    @Test
    void threeNodesAreStartedAtOnceUpgradedOneByOneAndRolledBackWithoutALostEvent() throws Exception {
        begin(PodNetwork.Family.IPV4, "cluster", NODES);
        startAtOnce(earlier);
        startClients();
        awaitPublishes();
        roll(home);
        assertThat(pods).allSatisfy(pod -> assertThat(version(pod)).doesNotContain(EARLIER));
        awaitPublishes();
        roll(earlier);
        assertThat(pods).allSatisfy(pod -> assertThat(version(pod)).contains(EARLIER));
        awaitPublishes();
        checkEvents();
    }

    @ParameterizedTest
    @EnumSource(PodNetwork.Family.class)
    void aSingleHubWithEventsBecomesTheFirstOfThreeNodes(PodNetwork.Family family) throws Exception {
        begin(family, "single", 1);
        startAtOnce(home);
        startClients();
        awaitPublishes();

        KubernetesObjects cluster = KubernetesObjects.kustomized(KubernetesManifestsTest.FOLDER.resolve("cluster"));
        Map<String, Map<String, String>> secrets = secrets();
        for (int i = 1; i < NODES; i++)
            pods.add(new Pod(network, "sluice-" + i, folder.resolve("" + i), cluster, secrets));
        for (Pod each : pods.subList(1, NODES)) each.place();
        tellAll();
        for (Pod each : pods.subList(1, NODES)) each.start(home);
        // They wait for the first one. A probe must not end them meanwhile, nor clients be sent to them.
        awaitLive(pods.get(1));
        assertThat(pods.get(1).isReady()).isFalse();
        pods.getFirst().update(cluster);
        replace(pods.getFirst(), home);
        for (Pod each : pods.subList(1, NODES)) {
            each.awaitReady(READY);
            ready.add(each);
        }
        tellClients();
        awaitPublishes();
        checkEvents();
    }

    private void begin(PodNetwork.Family family, String kustomization, int count) throws Exception {
        network = new PodNetwork(family);
        KubernetesObjects objects = KubernetesObjects.kustomized(KubernetesManifestsTest.FOLDER.resolve(kustomization));
        Map<String, Map<String, String>> secrets = secrets();
        for (int i = 0; i < count; i++)
            pods.add(new Pod(network, "sluice-" + i, folder.resolve("" + i), objects, secrets));
        for (Pod each : pods) each.place();
        tellAll();
    }

    /// As `packaging/kubernetes/README.md` makes them.
    private Map<String, Map<String, String>> secrets() throws Exception {
        Path certs = folder.resolve("certs");
        if (!Files.exists(certs)) {
            bash(COMMAND, """
                    "$1"/bin/sluice cluster certs --out "$2" sluice-{0,1,2}.sluice-nodes.push.svc.cluster.local
                    rm "$2"/ca.key
                    openssl rand -base64 48 >"$2"/token
                    """, home, certs);
            byte[] secret = new byte[48];
            ThreadLocalRandom.current().nextBytes(secret);
            Files.writeString(folder.resolve("backend"), Base64.getEncoder().encodeToString(secret));
        }
        Map<String, String> cluster = new HashMap<>();
        try (Stream<Path> files = Files.list(certs)) {
            for (Path each : files.toList()) cluster.put(each.getFileName().toString(), Files.readString(each));
        }
        return Map.of(
                "sluice-keys",
                Map.of("backend", Files.readString(folder.resolve("backend"))),
                "sluice-cluster",
                cluster);
    }

    private void startAtOnce(Path program) throws Exception {
        for (Pod each : pods) each.start(program);
        for (Pod each : pods) {
            System.out.println(each.name() + " is ready after " + each.awaitReady(READY));
            ready.add(each);
        }
    }

    /// Writes the names of all pods for each pod.
    private void tellAll() throws IOException {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Pod each : pods) addresses.put(each.fullName(), each.address());
        for (Pod each : pods) {
            Map<String, String> others = new LinkedHashMap<>(addresses);
            others.remove(each.fullName());
            each.tell(others);
        }
    }

    /// Updates the pods as a StatefulSet does: the last one first, each after the former is ready.
    private void roll(Path to) throws Exception {
        for (Pod each : pods.reversed()) replace(each, to);
    }

    private void replace(Pod pod, Path by) throws Exception {
        ready.remove(pod);
        tellClients();
        assertThat(pod.terminate()).isIn(0, TERMINATED);
        pod.place();
        tellAll();
        pod.start(by);
        System.out.println(pod.name() + " is ready again after " + pod.awaitReady(READY));
        ready.add(pod);
        tellClients();
    }

    private static void awaitLive(Pod pod) throws Exception {
        long endNs = System.nanoTime() + READY.toNanos();
        while (!pod.isLive()) {
            if (!pod.isRunning() || System.nanoTime() > endNs) throw new AssertionError("not live: " + pod.log());
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private static String version(Pod pod) {
        try {
            return pod.readiness();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private void startClients() throws Exception {
        String token = bash(
                        COMMAND,
                        "exec \"$1\"/bin/sluice token new --secret-file \"$2\" --kid backend --sub test --publish '**' --subscribe '**'",
                        home,
                        folder.resolve("backend"))
                .strip();
        Path hosts = Files.writeString(folder.resolve("hosts"), network.address(1) + " sluice\n");
        clients = new ProcessBuilder(network.command(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PodClients.class.getName(),
                        "sluice",
                        network.address(1),
                        token)))
                .redirectError(Redirect.INHERIT)
                .start();
        commands = new PrintStream(clients.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(clients.getInputStream(), StandardCharsets.UTF_8));
        tellClients();
    }

    private String ask(String command, List<Pod> of) throws IOException {
        commands.println(String.join(
                " ",
                Stream.concat(Stream.of(command), of.stream().map(Pod::address)).toList()));
        String answer = answers.readLine();
        if (answer == null) throw new AssertionError("the clients have ended");
        return answer;
    }

    private void tellClients() throws IOException {
        if (clients != null) assertThat(ask("ready", ready)).isEqualTo("ok");
    }

    /// Waits for further acknowledged publishes.
    private void awaitPublishes() throws IOException {
        int until = Integer.parseInt(ask("count", List.of())) + 300;
        long endNs = System.nanoTime() + READY.toNanos();
        while (Integer.parseInt(ask("count", List.of())) < until) {
            if (System.nanoTime() > endNs) throw new AssertionError("no further publishes are acknowledged");
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private void checkEvents() throws IOException {
        String result = ask("check", pods);
        System.out.println(result);
        assertThat(result).startsWith("all ");
        assertThat(IntStream.range(0, pods.size()).mapToObj(i -> pods.get(i).isRunning()))
                .doesNotContain(false);
    }
}
