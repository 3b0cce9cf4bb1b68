package dev.sluice.storage;

import dev.sluice.core.index.Epochs;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.engine.AtomicReplace;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderLock;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.repair.Backup;
import dev.sluice.storage.write.RocksReplica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The folder of a cluster's node, with its copy of the log and its part of the order. Used by one thread at
/// a time.
@SuppressWarnings("exports") // Users of this type also read the packages of core that it names.
public final class ReplicaFolder {
    private final Path folder;
    private final RocksLogBuilder builder;
    private final Supplier<LongFunction<LogLimits>> limits;
    private final RetentionRules rules;
    private final int readsMax;
    private final long heapBytes;
    private @Nullable RocksReplica opened;

    ReplicaFolder(
            Path folder,
            RocksLogBuilder builder,
            Supplier<LongFunction<LogLimits>> limits,
            RetentionRules rules,
            int readsMax,
            long heapBytes) {
        this.folder = folder;
        this.builder = builder;
        this.limits = limits;
        this.rules = rules;
        this.readsMax = readsMax;
        this.heapBytes = heapBytes;
    }

    public Path path() {
        return folder;
    }

    /// Returns true if there is a log, of a single node or of a cluster.
    public boolean hasLog() {
        return !Format.isMissing(folder);
    }

    /// Turns the log of this folder, or an empty one, into the beginning of a cluster's log. Ids and cursors
    /// stay valid. Its retention rules and limits apply to all nodes from then on.
    ///
    /// @throws CannotOpenException if the folder can't be used
    public void found() {
        if (isReplica()) return; // The cluster was founded before a crash.
        try (RocksLog log = builder.open()) { // Ends the epoch of a log that was not closed.
            log.dropAll(); // In a cluster, a single command would drop all that exceeds a limit.
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? Engine.refused(folder, cause) : failed;
        }
        replica().close(ReplicaProgress.NONE);
    }

    private boolean isReplica() {
        if (!hasLog()) return false;
        try (Engine engine = Engine.openReplica(folder)) {
            return RocksReplica.isIn(engine);
        }
    }

    /// Turns the node's copy into the log of a single server, which begins an epoch when it is opened. Does
    /// nothing if it already is one.
    ///
    /// @throws CannotOpenException if there is no log, or the folder can't be used
    public void leaveCluster() {
        Backup.requireLog(folder, "Name the folder of a node.");
        try (Engine engine = Engine.open(folder, null)) {
            if (RocksReplica.isIn(engine)) RocksReplica.leaveCluster(engine);
        }
    }

    /// Returns true if there is a node's copy. Opens the log, which no other process may use.
    ///
    /// @throws CannotOpenException if there is no log, or the folder can't be used
    public boolean hasCopy() {
        Backup.requireLog(folder, "Name the folder of a node.");
        return isReplica();
    }

    private RocksReplica replica() {
        return RocksReplica.open(folder, Epochs.draw(), limits.get(), rules, readsMax, heapBytes);
    }

    /// Replaces the log by a copy that another node made. If the process ends in between, the folder has the
    /// former log or the copy; the next copy replaces either.
    ///
    /// @param copy the copy, which is moved
    /// @throws CannotOpenException if the folder can't be used
    public void replaceBy(Path copy) {
        try (FolderLock _ = FolderLock.of(folder)) {
            AtomicReplace.finish(folder); // The files of an interrupted one would be in the way.
            AtomicReplace.end(folder);
            Path made = copy.resolve(Engine.DATABASE);
            if (Files.exists(folder.resolve(Engine.DATABASE))) {
                Path aside = folder.resolve(Engine.DATABASE + ".replaced");
                FolderTree.remove(aside);
                AtomicReplace.run(folder, made, aside);
                FolderTree.remove(aside);
            } else {
                FolderTree.syncFolder(made);
                Files.move(made, folder.resolve(Engine.DATABASE));
                Format.write(folder);
            }
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
    }

    /// Opens the log of a cluster that was founded here, or that was copied from another node.
    ///
    /// @param clock the clock for deadlines, which is steady and need not have the correct time
    /// @throws CannotOpenException if the folder can't be used
    public ReplicatedLog open(ReplicatedLog.Identity identity, Order order, InstantSource clock, Duration timeout) {
        RocksReplica replica = replica();
        if (!replica.hasProgress()) {
            replica.close(null);
            throw new CannotOpenException(
                    OpenFailure.DAMAGED,
                    "The log in '" + folder + "' is damaged: it has lost its place in the order of its cluster.",
                    null);
        }
        opened = replica;
        return replica.log(identity, order, clock, timeout);
    }

    /// Copies the open log, in its state between two proposals, to a folder that does not exist yet. Blocks,
    /// and no proposal is applied during that time, about as long as it takes to write 32 MiB.
    ///
    /// @param log the log that [#open] returned
    /// @throws dev.sluice.storage.folder.LogUnavailableException if the copy fails
    public void copy(ReplicatedLog log, Path to) {
        RocksReplica replica = Objects.requireNonNull(opened, "nothing is open");
        log.save(() -> replica.copyTo(to));
    }
}
