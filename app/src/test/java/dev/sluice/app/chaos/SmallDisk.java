package dev.sluice.app.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small file system in memory, which can be filled. Only programs started with [#shell] see it at its path; it is
/// kept until it is closed.
final class SmallDisk implements AutoCloseable {
    private static final String MOUNT = "mount -t tmpfs -o size=\"$1\" tmpfs \"$0\" && echo mounted && exec cat";

    private final Path path;
    private final Process holder;

    /// @param path an empty folder
    /// @param size the size in the form of `mount`
    SmallDisk(Path path, String size) throws IOException {
        this.path = path;
        holder = new ProcessBuilder("unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT, path.toString(), size)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"mounted".equals(holder.inputReader().readLine())) throw new IOException("no file system at " + path);
    }

    /// The prefix of the command of a program that uses the disk.
    List<String> shell() {
        return List.of(
                "nsenter",
                "--user",
                "--mount",
                "--preserve-credentials",
                "--target",
                Long.toString(holder.pid()),
                "--");
    }

    /// The path at which this process sees it.
    Path outside() {
        return Path.of("/proc/" + holder.pid() + "/root" + path);
    }

    /// Takes all its space.
    void fill() throws IOException {
        byte[] zeros = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (true) out.write(zeros);
        } catch (IOException full) {
            if (outside().toFile().getUsableSpace() > 0) throw full;
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return outside().resolve("ballast");
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
