package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// A command line that is read without picocli has the same values as with picocli.
final class OptionTableTest {
    private static OptionTable table() {
        return new OptionTable()
                .flag("--memory", "A flag.")
                .value("--port", "PORT", "A value.")
                .file("--config", "A file.")
                .repeatable("--set", "KEY=VALUE", "Values.");
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<List<String>> values(OptionTable table) {
        return List.of(
                table.values("--memory"), table.values("--port"), table.values("--config"), table.values("--set"));
    }

    private static List<List<String>> readByPicocli(String line) {
        var table = table();
        new CommandLine(table.addTo(CommandSpec.create())).parseArgs(words(line).toArray(String[]::new));
        return values(table);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--memory",
                "--port 1",
                "--port=1",
                "--port=a=b",
                "--config a/b.toml --memory",
                "--set a=b --memory --set=c=d --port 0 --set e",
                "--set a=-1 --set=b=@c",
                "--port \"1\" --set='x'",
                "--port memory"
            })
    void readsAPlainLineAsPicocliDoes(String line) {
        var table = table();

        assertThat(table.readPlain(words(line))).isTrue();
        assertThat(values(table)).isEqualTo(readByPicocli(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--memory --verbose",
                "--prot 1",
                "--mem",
                "--port",
                "--port=",
                "--port --memory",
                "--set -a=b",
                "--set=-a=b",
                "--port 1 --port 2",
                "--memory --memory",
                "--memory=true",
                "--set @file",
                "@file",
                "--",
                "x",
                "--memory x"
            })
    void leavesHelpMistakesAndFilesOfArgumentsToPicocli(String line) {
        var table = table();

        assertThat(table.readPlain(words(line))).isFalse();
        assertThat(values(table))
                .as("nothing was read")
                .allSatisfy(each -> assertThat(each).isEmpty());
    }
}
