package dev.sluice.app.command;

import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sluice key`: the commands for static keys.
@Command(
        description = "Make a key for a backend.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true)
final class KeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private KeyCommand() {}

    static CommandLine of(Output out, Messages messages) {
        return new CommandLine(new KeyCommand()).addSubcommand("new", new KeyNew(out, messages));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
