package dev.sluice.packaging;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The second package of a version.
final class RevisedPackage {
    private static final Duration TIME_MAX = Duration.ofMinutes(10);

    private RevisedPackage() {}

    /// Makes it from the first one.
    ///
    /// @param configuration is added to the configuration of the package
    static Path of(Path deb, String configuration, Path folder) throws Exception {
        Path content = folder.resolve("revised");
        Path revised = folder.resolve("revised.deb");
        run("dpkg-deb", "--raw-extract", deb.toString(), content.toString());
        Path control = content.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(Version: .*)-1\n", "$1-2\n"));
        Files.writeString(content.resolve("etc/sluice/sluice.toml"), configuration, StandardOpenOption.APPEND);
        run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", content.toString(), revised.toString());
        return revised;
    }

    private static void run(String... words) throws Exception {
        Command.Ended ended = Command.run(Path.of("/"), TIME_MAX, Map.of(), List.of(words));
        if (ended.exitCode() != 0) throw new AssertionError(String.join(" ", words) + ": " + ended.err());
    }
}
