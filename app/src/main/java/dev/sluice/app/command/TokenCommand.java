package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.Output;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sluice token`: the commands for tokens.
@Command(
        description = "Sign a token for a user, or explain one.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true)
final class TokenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private TokenCommand() {}

    static CommandLine of(CommandContext context, Output out) {
        return new CommandLine(new TokenCommand())
                .addSubcommand("new", new TokenNew(context, out))
                .addSubcommand("explain", new TokenExplain(context, out));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
