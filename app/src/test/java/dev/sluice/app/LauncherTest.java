package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The shell part of `./sluice`: the choice of Java, and the messages without one.
final class LauncherTest {
    private static final int EX_UNAVAILABLE = 69;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"25.0.1,true", "25,true", "26-ea,true", "100.0.2,true", "24.0.2,false", "17.0.15,false", "1.8.0,false"})
    void acceptsJava25OrLaterByItsReleaseFile(String version, boolean isAccepted) throws Exception {
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");

        var shell = shell("is_recent '" + folder.resolve("release") + "'", Map.of());

        assertThat(shell.exitCode() == 0).isEqualTo(isAccepted);
    }

    /// Bash counts characters by the locale, and the JVM decodes by it.
    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX", "xx_XX.ISO-8859-1"})
    void findsALocaleOfUtf8WhateverTheLocaleIs(String locale) throws Exception {
        var shell = shell("use_utf8 && env | grep '^LC_ALL=' && is_utf8", Map.of("LC_ALL", locale));

        assertThat(shell.exitCode()).isZero();
        assertThat(shell.out()).isEqualTo("LC_ALL=C.UTF-8\n");
    }

    @Test
    void leavesTheLocaleWhereThereIsNoneOfUtf8() throws Exception {
        var shell = shell("is_utf8() { return 1; }; use_utf8 && env | grep '^LC_ALL='", Map.of("LC_ALL", "C"));
        assertThat(shell.out()).isEqualTo("LC_ALL=C\n");

        shell = shell("is_utf8() { return 1; }; unset LC_ALL; use_utf8 && echo ${LC_ALL-unset}", Map.of());
        assertThat(shell.out()).isEqualTo("unset\n");
    }

    @Test
    void skipsAnOlderJavaHomeAndAFolderWithoutJava() throws Exception {
        var old = javaHome("old", "17.0.15");
        var recent = javaHome("recent", "25.0.1");

        var shell = shell("find_jdk javac && echo \"$java_home\"", Map.of("JAVA_HOME", recent.toString()));
        assertThat(shell.out()).isEqualTo(recent + "\n");

        shell = shell("find_jdk javac && echo \"$java_home\"", Map.of("JAVA_HOME", old.toString()));
        assertThat(shell.out()).isNotEqualTo(old + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ID=debian,VERSION_CODENAME=trixie     | jdk       | apt-get install openjdk-25-jdk-headless
        ID=ubuntu,VERSION_CODENAME=noble      | jdk maven | apt-get install openjdk-25-jdk-headless maven
        ID=linuxmint,UBUNTU_CODENAME=jammy    | maven     | apt-get install maven
        ID=debian,VERSION_CODENAME=bookworm   | jdk       | add Adoptium's packages (https://adoptium.net/installation/linux), then apt-get install temurin-25-jdk
        ID=debian,VERSION_CODENAME=bookworm   | maven     | apt-get install maven
        ID=fedora                             | jdk maven | dnf install java-25-openjdk-devel maven
        ID=arch                               | jdk maven | install JDK 25 (https://adoptium.net) Maven (https://maven.apache.org)
        """)
    void suggestsHowToInstallMissingToolsOnThisSystem(String release, String missing, String line) throws Exception {
        var osRelease = Files.writeString(folder.resolve("os-release"), release.replace(',', '\n') + "\n");

        var shell = shell(
                "uname() { echo Linux; }; id() { echo 0; }; how_to_get " + missing,
                Map.of("SLUICE_OS_RELEASE", osRelease.toString()));

        assertThat(shell.out()).isEqualTo(line + "\n");
    }

    @Test
    void endsWithTwoLinesWithoutJdkAndMaven() throws Exception {
        var shell = shell("find_jdk() { return 1; }; has_maven() { return 1; }; require_build_tools", Map.of());

        assertThat(shell.err().lines()).hasSize(2).first().asString().contains("neither a JDK 25 or later nor Maven");
        assertThat(shell.out()).isEmpty();
        assertThat(shell.exitCode()).isEqualTo(EX_UNAVAILABLE);
    }

    /// A build takes minutes.
    @Test
    void refusesAnUnknownCommandBeforeItBuilds() throws Exception {
        copy("sluice", "bin/toolchain.sh", "bin/build.sh");

        var shell = shell("'" + folder + "/sluice' frobnicate", Map.of());

        assertThat(shell.err())
                .isEqualTo("sluice: 'frobnicate' is not a command. The commands are: " + launcherCommands() + ".\n");
        assertThat(shell.exitCode()).isEqualTo(64);
        assertThat(folder.resolve("target")).doesNotExist();
    }

    /// Two lists that must agree: the launcher needs its own, because it runs before the program.
    @Test
    void knowsTheCommandsOfTheProgram() throws Exception {
        String guide = Files.readString(Path.of("../docs/cli.md"));
        String help = guide.substring(guide.indexOf("\nCommands:\n") + 11, guide.indexOf("\nTry:\n"));
        var names = Pattern.compile("(?m)^  ([a-z]+) ").matcher(help).results().map(match -> match.group(1));

        assertThat(launcherCommands()).isEqualTo(names.collect(Collectors.joining(" ")) + " version help");
    }

    private static String launcherCommands() throws IOException {
        var list = Pattern.compile("COMMANDS='([a-z ]+)'").matcher(Files.readString(Path.of("../sluice")));
        assertThat(list.find()).isTrue();
        return list.group(1);
    }

    private void copy(String... files) throws IOException {
        for (var file : files) {
            var to = folder.resolve(file);
            Files.createDirectories(to.getParent());
            Files.copy(Path.of("..").resolve(file), to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /// Otherwise a hub would keep running in part, as any allocation can fail.
    @Test
    void endsWithALineAndACodeWhenTheHeapIsFull() throws Exception {
        var java = System.getProperty("java.home") + "/bin/java";
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

        var shell = shell(
                "exec \"$JAVA\" @../bin/jvm.options -Xmx24m dev.sluice.app.FullHeap",
                Map.of("JAVA", java, "CLASSPATH", classPath));

        assertThat(shell.exitCode()).isEqualTo(3);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).containsPattern("(?m)^ERROR The heap is full, and sluice ends: .*SLUICE_JAVA_OPTS");
    }

    /// The JVM opens its own files at free descriptors: once, a password was read from one of them.
    @Test
    void neitherReadsNorWritesFilesOfTheJvmWhereDescriptorsAreClosed() throws Exception {
        var shell = shell("../sluice passwd bob <&-", Map.of());
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("at least 10 characters");
        assertThat(shell.exitCode()).isEqualTo(65);

        shell = shell("../sluice --help >&- 2>&-; echo $?", Map.of());
        assertThat(shell.out()).isEqualTo("0\n");
    }

    /// As in the help of the command, the hash goes to a file. The terminal would show the typed password.
    @Test
    @Timeout(120)
    void asksForAPasswordUnseenWhereItsOutputIsAFile() throws Exception {
        var hash = folder.resolve("alice.password");
        var process = new ProcessBuilder("script", "-qec", "../sluice passwd alice > '" + hash + "'", "/dev/null")
                .redirectErrorStream(true)
                .start();
        try (var typed = process.outputWriter();
                var shown = process.inputReader()) {
            var text = new StringBuilder();
            for (var question : List.of("Password of alice: ", "Once more: ")) {
                while (text.indexOf(question) < 0) text.append((char) shown.read());
                typed.write("correct horse battery\n");
                typed.flush();
            }
            shown.lines().forEach(text::append);
            assertThat(text).contains("kid = \"alice\"").doesNotContain("correct");
            assertThat(process.waitFor()).isZero();
            assertThat(hash).content().startsWith("$argon2id$");
        } finally {
            process.destroyForcibly();
        }
    }

    private Path javaHome(String name, String version) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        var javac = Files.createFile(home.resolve("bin/javac"));
        assertThat(javac.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private record Shell(int exitCode, String out, String err) {}

    /// Runs a line of bash after the launcher's functions.
    private Shell shell(String line, Map<String, String> environment) throws IOException, InterruptedException {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder("bash", "-c", ". ../bin/toolchain.sh; " + line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("bash ended").isTrue();
            return new Shell(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }
}
