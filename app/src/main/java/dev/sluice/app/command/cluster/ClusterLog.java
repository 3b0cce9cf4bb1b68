package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.DamagedNodeException;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ClusterProvider;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Opens the log of a cluster's node. The jars that only a cluster needs are in the folder `cluster` beside the others,
/// and loaded here.
public final class ClusterLog {
    private static final String JARS = "cluster";

    private ClusterLog() {}

    /// Blocks until the node is part of its cluster.
    public static ReplicatedLog open(ClusterSettings settings, ReplicaFolder folder, InstantSource clock) {
        ClassLoader jars = loader();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(jars); // Ratis finds its parts by name through it, on threads that inherit it.
        try {
            return provider(jars).open(settings, folder, clock);
        } catch (ClusterRejectedException refused) {
            throw new CommandException(Exit.CONFIG, CommandException.messageOf(refused));
        } catch (DamagedNodeException damaged) {
            throw new CommandException(Exit.IO, CommandException.messageOf(damaged), damaged);
        } catch (IOException refused) {
            throw new CommandException(
                    Exit.UNAVAILABLE, "The node can't be part of its cluster: " + refused.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandException(Exit.UNAVAILABLE, "Stopped before the node was part of its cluster.");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /// Turns a node's folder into that of a single hub.
    ///
    /// @param isForced whether to detach even if the cluster may have continued without the node
    public static void detach(ReplicaFolder folder, InstantSource clock, boolean isForced) {
        try {
            provider(loader()).detach(folder, clock, isForced);
        } catch (ClusterRejectedException refused) {
            throw new CommandException(Exit.CONFIG, CommandException.messageOf(refused));
        } catch (DamagedNodeException damaged) {
            throw new CommandException(Exit.IO, CommandException.messageOf(damaged), damaged);
        } catch (IOException failed) {
            throw new CommandException(
                    Exit.IO,
                    "The node's folder can't be turned into that of a single hub: " + CommandException.messageOf(failed)
                            + ".",
                    failed);
        }
    }

    /// Returns the operator's access to the cluster that these settings name.
    static ClusterOperator operator(ClusterSettings settings) throws IOException {
        return provider(loader()).operator(settings);
    }

    private static ClusterProvider provider(ClassLoader jars) {
        return ServiceLoader.load(ClusterProvider.class, jars)
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        Exit.UNAVAILABLE,
                        "There are no jars for a cluster in this installation: build it again with ./sluice."));
    }

    private static ClassLoader loader() {
        ClassLoader own = ClusterLog.class.getClassLoader();
        List<URL> jars = jars();
        return jars.isEmpty() ? own : new URLClassLoader(jars.toArray(URL[]::new), own);
    }

    private static List<URL> jars() {
        try {
            URI here = ClusterLog.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path folder = Path.of(here).resolveSibling(JARS);
            if (!Files.isDirectory(folder)) return List.of(); // Tests have them on the class path.
            List<URL> jars = new ArrayList<>();
            try (var files = Files.newDirectoryStream(folder, "*.jar")) {
                for (Path each : files) jars.add(each.toUri().toURL());
            }
            return jars;
        } catch (URISyntaxException | MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IOException failed) {
            throw new CommandException(Exit.UNAVAILABLE, "The jars for a cluster can't be read: " + failed);
        }
    }
}
