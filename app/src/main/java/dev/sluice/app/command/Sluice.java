package dev.sluice.app.command;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
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

    /// It knows of all others.
    private static final String COMPLETION = "completion";

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Tell more when something goes wrong.")
    private boolean isVerbose;

    private Sluice() {}

    /// Runs a command to its end, which for some is far away. Never throws.
    ///
    /// @return the exit code
    public static int run(Surroundings surroundings, String... args) {
        return commandLine(surroundings, args).execute(args);
    }

    private static CommandLine commandLine(Surroundings surroundings, String... args) {
        var sluice = new Sluice();
        var out = new Output(surroundings.out());
        var messages = new Messages(surroundings.err());
        var ends = new Ends(
                messages, () -> sluice.isVerbose || surroundings.environment().containsKey("SLUICE_DEBUG"));
        var commands = new LinkedHashMap<String, Supplier<Object>>(); // In the order of the help.
        commands.put("serve", () -> new Serve(surroundings, out, messages));
        commands.put("pub", () -> new Pub(surroundings, out, messages));
        commands.put("sub", () -> new Sub(surroundings, out, messages));
        commands.put("channels", () -> new Channels(surroundings, out));
        commands.put("backup", () -> new TakeBackup(surroundings, out));
        commands.put("restore", () -> new RestoreBackup(surroundings, out));
        commands.put("log", () -> new InspectLog(surroundings, out));
        commands.put("demo", () -> new RunDemo(out, messages));
        commands.put("bench", () -> new Bench(surroundings, out, messages));
        commands.put(COMPLETION, () -> new Completion(out));
        var commandLine = new CommandLine(sluice);
        // Each takes some of the time of a start to be looked through, and most starts want one.
        var asked = args.length == 0 || args[0].equals(COMPLETION) ? null : commands.get(args[0]);
        if (asked != null) commandLine.addSubcommand(args[0], asked.get());
        else commands.forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
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
