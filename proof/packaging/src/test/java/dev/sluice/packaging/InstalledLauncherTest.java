package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shell script `bin/sluice` of installed folders, with a program instead of Java that prints what it is given.
final class InstalledLauncherTest {
    private static final int EX_UNAVAILABLE = 69;
    private static final String PRINT = """
        #!/bin/sh
        echo "LC_ALL=$LC_ALL musl=${ROCKSDB_MUSL_LIBC:-} umask=$(umask)"
        printf '%s\\n' "$@"
        """;

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(folder.resolve("a home"));
        copyLauncher();
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/b.jar"));
        Files.createFile(home.resolve("lib/a.jar"));
        java(home.resolve("runtime"), "25.0.3");
    }

    @Test
    void startsTheRuntimeOfItsFolderWithItsCache() throws Exception {
        Files.createFile(home.resolve("lib/hub.aot"));

        Command.Ended ended = start(Map.of("SLUICE_JAVA_OPTS", "-Xmx1g -Da=b"), "sub", "news");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().lines())
                .containsExactly(
                        "LC_ALL=C.UTF-8 musl= umask=0077",
                        "@" + home + "/lib/jvm.options",
                        "-Dsluice.stdin.terminal=false",
                        "-XX:AOTCache=" + home + "/lib/hub.aot",
                        "-Xmx1g",
                        "-Da=b",
                        "-cp",
                        home + "/lib/a.jar:" + home + "/lib/b.jar",
                        "dev.sluice.app.Main",
                        "sub",
                        "news");
    }

    @Test
    void passesArgumentsOnAsTheyAre() throws Exception {
        Command.Ended ended = start(Map.of(), "pub", "a b", "*", "", "通知");

        assertThat(ended.out()).endsWith("\ndev.sluice.app.Main\npub\na b\n*\n\n通知\n");
    }

    @Test
    void findsItsFolderThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a home/bin/sluice"));
        Path other = Files.createSymbolicLink(folder.resolve("other"), link);

        assertThat(run(Map.of(), other.toString()).out()).contains("@" + home + "/lib/jvm.options\n");
    }

    /// The JVM opens its own files at free descriptors: once, a password was read from one of them.
    @Test
    void opensClosedDescriptorsBeforeTheJvmDoes() throws Exception {
        String print = "#!/bin/sh\nopen=$(for each in 0 1 2; do readlink /proc/$$/fd/$each; done)\necho \"$open\" >'"
                + folder + "/fds'\n";
        Files.writeString(home.resolve("runtime/bin/java"), print);

        run(Map.of(), "sh", "-c", "'" + home + "/bin/sluice' <&- >&- 2>&-");

        assertThat(folder.resolve("fds")).content().isEqualTo("/dev/null\n/dev/null\n/dev/null\n");
    }

    @Test
    void loadsNativeLibrariesFromItsFolder() throws Exception {
        Files.createFile(home.resolve("lib/librocksdbjni-linux64.so"));

        Command.Ended ended = start(Map.of(), "serve");

        if (Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"))) {
            assertThat(ended.out())
                    .contains(
                            "musl=false",
                            "\n-Djava.library.path=" + home + "/lib\n",
                            "\n-Djna.boot.library.path=" + home + "/lib\n",
                            "\n-Dorg.sqlite.lib.path=" + home + "/lib\n");
        } else {
            assertThat(ended.err())
                    .startsWith("sluice: this build is for Linux on x64 with glibc ")
                    .hasLineCount(1);
            assertThat(ended.exitCode()).isEqualTo(EX_UNAVAILABLE);
        }
    }

    @Test
    void endsWithALineWhereTheLibrariesAreForAnotherSystem() throws Exception {
        boolean isArm = System.getProperty("os.arch").equals("aarch64");
        Files.createFile(home.resolve("lib/librocksdbjni-linux" + (isArm ? "64" : "-aarch64") + ".so"));

        Command.Ended ended = start(Map.of(), "serve");

        assertThat(ended.err())
                .startsWith("sluice: this build is for Linux on " + (isArm ? "x64" : "arm64") + " with glibc ")
                .hasLineCount(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(EX_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "26-ea", "100.0.2"})
    void takesARecentJavaOfTheSystemWithoutARuntime(String version) throws Exception {
        removeRuntime();
        Path java = java(folder.resolve("java"), version);

        Command.Ended ended = start(Map.of("JAVA_HOME", java.toString()), "--version");

        assertThat(ended.out()).endsWith("\n--version\n");
    }

    /// What else it finds depends on the machine of the test.
    @ParameterizedTest
    @ValueSource(strings = {"24.0.2", "17.0.15", "1.8.0"})
    void passesAnOlderJavaOver(String version) throws Exception {
        removeRuntime();
        Path old = java(folder.resolve("java"), version);

        Command.Ended ended = start(Map.of("JAVA_HOME", old.toString()), "--version");

        assertThat(ended.out()).doesNotContain("umask=");
    }

    private Command.Ended start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(home + "/bin/sluice"));
        words.addAll(List.of(arguments));
        return run(environment, words.toArray(String[]::new));
    }

    /// Runs a command; without SLUICE_JAVA_OPTS, which ./check sets for the JVMs of tests.
    private Command.Ended run(Map<String, String> environment, String... words) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of("SLUICE_JAVA_OPTS", "", "LC_ALL", "POSIX"));
        variables.putAll(environment);
        return Command.run(folder, Duration.ofMinutes(1), variables, List.of(words));
    }

    private void copyLauncher() throws IOException {
        Path to = Files.createDirectories(home.resolve("bin")).resolve("sluice");
        Files.copy(Command.PROJECT.resolve("packaging/home/bin/sluice"), to);
        assertThat(to.toFile().setExecutable(true)).isTrue();
    }

    private void removeRuntime() throws IOException {
        Files.delete(home.resolve("runtime/bin/java"));
    }

    private static Path java(Path at, String version) throws IOException {
        Path java = Files.writeString(Files.createDirectories(at.resolve("bin")).resolve("java"), PRINT);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(at.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return at;
    }
}
