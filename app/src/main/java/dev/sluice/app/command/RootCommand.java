package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.ExitHandler;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ProcessText;
import dev.sluice.app.cli.Version;
import dev.sluice.app.command.cluster.RunCluster;
import dev.sluice.app.command.run.Bench;
import dev.sluice.app.command.run.RunDemo;
import dev.sluice.app.command.run.RunLab;
import dev.sluice.app.command.run.RunSense;
import dev.sluice.app.command.run.Serve;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The command `sluice`: finds and runs the subcommand, and turns its outcome into an exit code.
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
            "  sluice sub news                   in a second terminal: print events as they arrive",
            "  sluice pub news hello             in a third: publish an event",
            "  ping localhost | sluice pub ping  publish each line as an event",
        })
public final class RootCommand implements Runnable {
    static final int HELP_WIDTH = 100;
    private static final String SERVE = "serve";

    private static final String COMPLETION = "completion";
    private static final String MANUAL = "manual";

    /// These commands need all others.
    private static final Set<String> OVERVIEWS = Set.of(COMPLETION, MANUAL);

    /// Options that other programs have as commands.
    private static final Map<String, String> WORDS = Map.of("version", "--version", "help", "--help");

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print stack traces of errors.")
    private boolean isVerbose;

    private RootCommand() {}

    /// Runs the command of this process, with its arguments, to its end.
    ///
    /// @return the exit code
    public static int runProcess(String... args) {
        var context = CommandContext.ofProcess();
        var fault = ProcessText.fault(System.getProperty("sun.jnu.encoding", "UTF-8"), context.environment(), args);
        if (fault.isEmpty()) return run(context, args);
        new Messages(context.err()).line(fault.get());
        return Exit.USAGE;
    }

    /// Runs a command to its end, which may take long. Never throws.
    ///
    /// @return the exit code
    public static int run(CommandContext context, String... args) {
        String word = args.length == 1 ? WORDS.get(args[0]) : null;
        String[] given = word == null ? args : new String[] {word};
        var serve = plainServe(context, given);
        return serve == null ? commandLine(context, given).execute(given) : run(context, serve);
    }

    /// The common start of a hub, without picocli; null for another command, or for a command line that needs
    /// picocli.
    private static @Nullable Serve plainServe(CommandContext context, String... args) {
        if (args.length == 0 || !args[0].equals(SERVE)) return null;
        var serve = new Serve(context, new Output(context.out()), new Messages(context.err()));
        return serve.readPlain(List.of(args).subList(1, args.length)) ? serve : null;
    }

    private static int run(CommandContext context, Serve serve) {
        try {
            return serve.call();
        } catch (Exception reason) {
            return new ExitHandler(new Messages(context.err()), () -> isDebugging(context)).failed(reason);
        }
    }

    private static boolean isDebugging(CommandContext context) {
        return context.environment().containsKey("SLUICE_DEBUG");
    }

    static CommandLine commandLine(CommandContext context, String... args) {
        var root = new RootCommand();
        var out = new Output(context.out());
        var messages = new Messages(context.err());
        var exitHandler = new ExitHandler(messages, () -> root.isVerbose || isDebugging(context));
        var commands = new LinkedHashMap<String, Supplier<Object>>(); // In the order of the help.
        commands.put(SERVE, () -> new Serve(context, out, messages).spec());
        commands.put("pub", () -> new Pub(context, out, messages));
        commands.put("sub", () -> new Sub(context, out, messages));
        commands.put("channels", () -> Channels.of(context, out));
        commands.put("key", () -> KeyCommand.of(out, messages));
        commands.put("passwd", () -> new Passwd(context, out, messages));
        commands.put("token", () -> TokenCommand.of(context, out));
        commands.put("revoke", () -> new Revoke(context, out));
        commands.put("reload", () -> new Reload(context, out, messages));
        commands.put("drain", () -> new Drain(context, out));
        commands.put("health", () -> new Health(context, out));
        commands.put("doctor", () -> new Doctor(context, out));
        commands.put("backup", () -> new TakeBackup(context, out));
        commands.put("restore", () -> new RestoreBackup(context, out));
        commands.put("log", () -> new InspectLog(context, out));
        commands.put("cluster", () -> RunCluster.of(context, out));
        commands.put("sense", () -> RunSense.of(context, out, messages));
        commands.put("demo", () -> new RunDemo(out, messages));
        commands.put("lab", () -> new RunLab(context, out, messages));
        commands.put("bench", () -> new Bench(context, out, messages));
        commands.put(COMPLETION, () -> new Completion(out));
        commands.put(MANUAL, () -> new Manual(out));
        var commandLine = new CommandLine(root);
        // Only the requested command is added, because picocli's inspection of each one delays the start.
        var requested = args.length == 0 || OVERVIEWS.contains(args[0]) ? null : commands.get(args[0]);
        if (requested != null) commandLine.addSubcommand(args[0], requested.get());
        else commands.forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
        commandLine
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(HELP_WIDTH / 3)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setOut(new PrintWriter(new OutputStreamWriter(context.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(context.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler(exitHandler)
                .setExecutionExceptionHandler(exitHandler);
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing");
    }
}
