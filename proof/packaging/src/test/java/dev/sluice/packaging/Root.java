package dev.sluice.packaging;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A folder as the root of programs, which run there as in a container: the script `in-root` says how.
///
/// @param options those of `in-root`
record Root(Path folder, List<String> options) {
    private static final Path SCRIPT = Path.of("in-root").toAbsolutePath();
    private static final Duration TIME_MAX = Duration.ofMinutes(5);

    Root(Path folder) {
        this(folder, List.of());
    }

    /// The same with further options, of which later ones win.
    Root with(String... more) {
        return new Root(folder, Stream.concat(options.stream(), Stream.of(more)).toList());
    }

    /// Runs a program to its end.
    Command.Ended run(String... words) throws Exception {
        return Command.run(folder, TIME_MAX, Map.of(), command(words));
    }

    /// Starts a program that goes on until it is stopped.
    RunningProgram start(String... words) throws Exception {
        return RunningProgram.start(command(words));
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(options);
        command.add(folder.toString());
        command.addAll(List.of(words));
        return command;
    }
}
