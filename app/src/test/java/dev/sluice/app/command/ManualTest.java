package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualTest {
    private final List<String> page =
            Terminal.plain().run("manual").out().lines().toList();

    @Test
    void hasTheHelpOfEachCommand() {
        assertThat(page.getFirst()).startsWith(".TH SLUICE 1 \"\" \"sluice ");
        assertThat(page)
                .contains(
                        ".SS \"sluice serve\"",
                        ".SS \"sluice cluster status\"",
                        ".SS \"sluice completion\"",
                        "  \\-h, \\-\\-help      Show this help message and exit.");
    }

    @Test
    void isNoCommandOfItself() {
        assertThat(page).noneMatch(line -> line.contains("sluice manual"));
    }

    /// Roff takes any other line with a first dot or apostrophe for a command, and drops it.
    @Test
    void hasNoLineThatManWouldDrop() {
        assertThat(page)
                .noneMatch(line -> line.startsWith("'"))
                .filteredOn(line -> line.startsWith("."))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|nf|fi).*"));
    }

    @Test
    void fitsInATerminal() {
        assertThat(page).allMatch(line -> line.replaceAll("\\\\[-&]", "-").length() <= 80);
    }
}
