package dev.sluice.app.command;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `sluice`: finds the subcommand that is meant, runs it, and turns whatever ends it into an exit code.
@Command(
        name = "sluice",
        description = "A push hub: publish once, receive over every transport.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Try:",
            "  sluice serve                      a hub on this machine",
            "  sluice sub news                   in a second terminal: print what comes",
            "  sluice pub news hello             in a third: publish an event",
            "  ping localhost | sluice pub ping  each line an event, as it comes",
        })
public final class Sluice implements Runnable {
    private static final int HELP_WIDTH = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Tell more when something goes wrong.")
    private boolean isVerbose;

    private Sluice() {}

    /// Runs a command to its end, which for some is far away. Never throws.
    ///
    /// @return the exit code
    public static int run(Surroundings surroundings, String... args) {
        return commandLine(surroundings).execute(args);
    }

    static CommandLine commandLine(Surroundings surroundings) {
        var sluice = new Sluice();
        var out = new Output(surroundings.out());
        var messages = new Messages(surroundings.err());
        var ends = new Ends(
                messages, () -> sluice.isVerbose || surroundings.environment().containsKey("SLUICE_DEBUG"));
        var commandLine = new CommandLine(sluice)
                .addSubcommand(new Serve(surroundings, out, messages))
                .addSubcommand(new Pub(surroundings, out, messages))
                .addSubcommand(new Sub(surroundings, out, messages))
                .addSubcommand(new Channels(surroundings, out))
                .addSubcommand(new TakeBackup(surroundings, out))
                .addSubcommand(new RestoreBackup(surroundings, out))
                .addSubcommand(new RunDemo(out, messages))
                .addSubcommand(new Bench(surroundings, out, messages))
                .addSubcommand(new Completion(out));
        commandLine
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(HELP_WIDTH / 3)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setOut(new PrintWriter(new OutputStreamWriter(surroundings.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(surroundings.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler(ends)
                .setExecutionExceptionHandler(ends);
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
