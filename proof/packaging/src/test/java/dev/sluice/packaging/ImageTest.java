package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The image, unpacked by programs of others and run as a container whose user has no rights.
@Tag("long")
final class ImageTest {
    private static final Duration GRACE = Duration.ofSeconds(30); // That of Kubernetes.
    private static final String SLUICE = "/opt/sluice/bin/sluice";
    private static final String USER = "65532:0";
    private static final String OPENSHIFT_USER = "1000930000:0";
    private static final int EX_CONFIG = 78;

    private static UnpackedImage image;

    @TempDir
    private static Path unpacked;

    @TempDir
    private Path data;

    private int port;
    private Root root;

    @BeforeAll
    static void unpack() throws Exception {
        image = UnpackedImage.in(unpacked, "amd64");
    }

    @BeforeEach
    void volume() throws Exception {
        port = RunningProgram.freePort();
        own("root:root", 0770); // As an engine makes a volume from the image.
        root = image.root()
                .with("--volume", data + ":/data", "--env", "SLUICE_INSECURE=true", "--env", "SLUICE_PORT=" + port);
    }

    @Test
    void losesNothingThatItAcknowledgedWhenProcess1IsTerminatedUnderLoad() throws Exception {
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        try (PackagedHub hub = start(root)) {
            CountDownLatch busy = new CountDownLatch(2_000);
            List<Thread> publishers = IntStream.range(0, 8)
                    .mapToObj(each -> Thread.ofVirtual().start(() -> publish(hub, each, acknowledged, busy)))
                    .toList();
            assertThat(busy.await(2, TimeUnit.MINUTES)).isTrue();
            assertThat(hub.terminate(GRACE)).isZero();
            for (Thread each : publishers) each.join();
        }
        try (PackagedHub hub = start(root)) {
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(2_000);
            assertThat(hub.events("load")).doesNotHaveDuplicates().containsAll(acknowledged);
            assertThat(hub.terminate(GRACE)).isZero();
        }
    }

    /// Publishes until the hub goes away.
    private static void publish(PackagedHub hub, int publisher, Queue<String> acknowledged, CountDownLatch busy) {
        AtomicInteger count = new AtomicInteger();
        try {
            while (true) {
                String text = publisher + "-" + count.incrementAndGet();
                if (hub.publish("load", text) != 201) return;
                acknowledged.add(text);
                busy.countDown();
            }
        } catch (IOException gone) {
            return;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void isReachedByNobodyWithoutKeysUnlessItIsSaid() throws Exception {
        Command.Ended ended = root.with("--env", "SLUICE_INSECURE=").run(image.command());

        assertThat(ended.exitCode()).isEqualTo(EX_CONFIG);
        assertThat(ended.err()).contains("0.0.0.0", "[[key]]", "--insecure");
    }

    @Test
    void readsTheMountedConfiguration(@TempDir Path configuration) throws Exception {
        Files.writeString(configuration.resolve("sluice.toml"), """
                [[grant]]
                to = "anyone"
                publish = ["news"]
                """);
        Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rwxr-xr-x"));
        Root configured = root.with("--env", "SLUICE_INSECURE=", "--volume", configuration + ":/etc/sluice");

        try (PackagedHub hub = start(configured)) {
            assertThat(hub.publish("news", "a")).isEqualTo(201);
            assertThat(hub.publish("olds", "b")).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {USER, OPENSHIFT_USER})
    void runsAsAnyUserOfGroup0(String user) throws Exception {
        Root other = root.with("--user", user);
        try (PackagedHub hub = start(other)) {
            assertThat(hub.publish("news", "kept")).isEqualTo(201);
            assertThat(hub.terminate(GRACE)).isZero();
        }
        try (PackagedHub hub = start(other)) {
            assertThat(hub.events("news")).containsExactly("kept");
        }
    }

    @Test
    void namesTheFolderAndTheUserWhereItMayNotWrite() throws Exception {
        own("root:root", 0755);

        Command.Ended ended = root.with("--user", OPENSHIFT_USER).run(image.command());

        assertThat(ended.exitCode()).isEqualTo(EX_CONFIG);
        assertThat(ended.err()).contains("'/data'", "1000930000");
    }

    /// Libraries that are unpacked to `/tmp` would not load there. None is for io_uring, which engines forbid.
    @Test
    void loadsItsLibrariesFromTheImage() throws Exception {
        Root readOnly = root.with("--read-only", "--env", "SLUICE_TLS_DEV=true");
        try (PackagedHub hub = start(readOnly)) {
            String pid = Long.toString(hub.program().first().pid());
            try (Stream<String> maps = Files.lines(Path.of("/proc", pid, "maps"))) {
                assertThat(maps.filter(line -> line.endsWith(".so")))
                        .anyMatch(line -> line.endsWith("/opt/sluice/lib/librocksdbjni-linux64.so"))
                        .anyMatch(line -> line.endsWith("/opt/sluice/lib/libnetty_transport_native_epoll_x86_64.so"))
                        .anyMatch(line -> line.endsWith("/opt/sluice/lib/libnetty_tcnative_linux_x86_64.so"))
                        .allMatch(line -> line.contains("/opt/sluice/") || line.contains("/x86_64-linux-gnu/"));
            }
        }
    }

    @Test
    void servesANetworkWithoutIPv4() throws Exception {
        try (LoneNetwork network = LoneNetwork.ofIPv6("fd00::7");
                RunningProgram hub = root.with("--network", network.name()).start(image.command())) {
            hub.await(" at http");
            String uri = "http://[fd00::7]:" + port;

            assertThat(network.curl("--fail", uri + "/readyz").exitCode()).isZero();
            assertThat(network.curl("--fail", "-d", "hello", uri + "/channels/news")
                            .out())
                    .contains("\"id\":");
            assertThat(sluice(hub, "health").exitCode()).isZero();
            assertThat(sluice(hub, "channels", "--url", uri).out()).contains("news");
        }
    }

    @Test
    void tellsItsHealthByACommand() throws Exception {
        try (PackagedHub hub = start(root)) {
            assertThat(sluice(hub.program(), "health").exitCode()).isZero();

            signal(hub, "STOP");
            assertThat(sluice(hub.program(), "health").exitCode()).isEqualTo(1);

            signal(hub, "CONT");
            assertThat(sluice(hub.program(), "health").exitCode()).isZero();
        }
    }

    private static void signal(PackagedHub hub, String signal) throws Exception {
        String pid = Long.toString(hub.program().first().pid());
        Command.run(Path.of("/"), GRACE, Map.of(), List.of("kill", "-" + signal, pid));
    }

    @Test
    void takesNamesOfAllAlphabetsWithoutALocale() throws Exception {
        Root named = root.with("--env", "SLUICE_STORAGE_DATA=/data/通知");
        try (PackagedHub hub = start(named)) {
            assertThat(sluice(hub.program(), "pub", "通知", "你好").exitCode()).isZero();
            assertThat(hub.events("通知")).containsExactly("你好");
        }
        assertThat(data.resolve("通知/db")).isDirectory();
    }

    /// With this option, a JVM ends if it can't use the cache.
    @ParameterizedTest
    @ValueSource(strings = {"--version", "serve --print-config"})
    void startsFromItsCache(String arguments) throws Exception {
        String[] words = (SLUICE + " " + arguments).split(" ");

        Command.Ended ended =
                root.with("--env", "SLUICE_JAVA_OPTS=-XX:AOTMode=on").run(words);

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void hasTheUserAsANumberAndLabels() throws Exception {
        assertThat(image.configured(".Config.User")).isEqualTo(USER);
        assertThat(root.run(SLUICE, "--version").out()).contains(Packages.VERSION);
        assertThat(image.configured("index .Config.Labels \"org.opencontainers.image.version\""))
                .isEqualTo(Packages.VERSION);
        assertThat(image.configured("index .Config.Labels \"org.opencontainers.image.licenses\""))
                .isEqualTo("Apache-2.0");
    }

    private PackagedHub start(Root root) throws Exception {
        return new PackagedHub(root.start(image.command()), port);
    }

    private Command.Ended sluice(RunningProgram hub, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(SLUICE));
        words.addAll(List.of(arguments));
        List<String> environment = new ArrayList<>(image.environment());
        environment.add("SLUICE_PORT=" + port);
        environment.add("SLUICE_URL=http://127.0.0.1:" + port);
        return hub.exec(USER, environment, words.toArray(String[]::new));
    }

    private void own(String owner, int mode) throws Exception {
        List<String> chown = List.of("chown", owner, data.toString());
        List<String> chmod = List.of("chmod", Integer.toOctalString(mode), data.toString());
        for (List<String> words : List.of(chown, chmod)) {
            assertThat(Command.run(data, GRACE, Map.of(), words).exitCode()).isZero();
        }
    }
}
