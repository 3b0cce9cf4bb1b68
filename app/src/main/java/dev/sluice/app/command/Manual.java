package dev.sluice.app.command;

import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.Version;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sluice manual`: prints the manual page that packages install, in the format of `man`. It has the help of all
/// commands, line by line.
@Command(description = "Print the manual page, for man.", mixinStandardHelpOptions = true, hidden = true)
final class Manual implements Callable<Integer> {
    private static final int WIDTH = 72; // Beside the margin, in a terminal of 80 columns.

    private final Output out;

    @Spec
    private CommandSpec spec;

    Manual(Output out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine().setUsageHelpWidth(WIDTH);
        out.line(".TH SLUICE 1 \"\" \"" + escaped(Version.text()) + "\" \"Sluice\"");
        out.line(".SH NAME\nsluice \\- push hub that delivers events over every transport");
        out.line(".SH DESCRIPTION");
        help(root);
        out.line(".SH COMMANDS");
        commands(root);
        return 0;
    }

    private void commands(CommandLine parent) {
        for (CommandLine command : parent.getSubcommands().values()) {
            CommandSpec each = command.getCommandSpec();
            if (each.usageMessage().hidden()) continue;
            out.line(".SS \"" + escaped(each.qualifiedName()) + "\"");
            help(command);
            commands(command);
        }
    }

    private void help(CommandLine command) {
        out.line(".nf");
        out.line(command.getUsageMessage(Help.Ansi.OFF)
                .lines()
                .map(Manual::escaped)
                .collect(Collectors.joining("\n")));
        out.line(".fi");
    }

    /// A line as roff prints it: a backslash and a first dot or apostrophe would begin its commands, and a plain hyphen
    /// could not be copied as a minus.
    private static String escaped(String line) {
        String text = line.replace("\\", "\\e").replace("-", "\\-");
        return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
    }
}
