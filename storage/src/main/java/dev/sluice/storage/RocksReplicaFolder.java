package dev.sluice.storage;

import dev.sluice.core.index.Epochs;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicaFolder;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/// The folder of a node, whose log is a [RocksReplica].
final class RocksReplicaFolder implements ReplicaFolder {
    private final Path folder;
    private final RocksLogBuilder builder;
    private final Supplier<LogLimits> limits;
    private final RetentionRules rules;
    private final int readsMax;
    private final long heapBytes;

    RocksReplicaFolder(
            Path folder,
            RocksLogBuilder builder,
            Supplier<LogLimits> limits,
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

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public boolean hasLog() {
        return !Format.isMissing(folder);
    }

    @Override
    public void found() {
        builder.open().close(); // Ends the epoch of a log that was not closed.
        replica().close(ReplicaProgress.NONE);
    }

    private RocksReplica replica() {
        return RocksReplica.open(folder, Epochs.draw(), limits.get(), rules, readsMax, heapBytes);
    }

    @Override
    public void replaceBy(Path copy) {
        try (FolderLock _ = FolderLock.of(folder)) {
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

    @Override
    public ReplicatedLog open(ReplicatedLog.Identity identity, Order order, InstantSource clock, Duration timeout) {
        return replica().log(identity, order, clock, timeout);
    }
}
