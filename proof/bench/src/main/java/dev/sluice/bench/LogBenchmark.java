package dev.sluice.bench;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The time per event to append one by one, to append a hundred at a time, and to read a hundred events.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogBenchmark {
    private static final int BATCH = 100;
    private static final int KEPT = 10_000;
    private static final long READ_BYTES_MAX = 1 << 20;

    private final Log log = MemoryLog.builder(InstantSource.system())
            .retention(_ -> Retention.events(KEPT))
            .open();
    private final Selection selection = Selection.of(Samples.CHANNEL);
    private final Publication publication = Samples.publication();
    private final List<Publication> batch = Collections.nCopies(BATCH, publication);

    @Setup
    public void fill() {
        for (int i = 0; i < KEPT; i++) log.append(publication);
    }

    @TearDown
    public void close() {
        log.close();
    }

    @Benchmark
    public CompletionStage<AppendResult> append() {
        return log.append(publication);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public CompletionStage<AppendResult.Batch> appendBatch() {
        return log.appendAll(batch);
    }

    /// A log that is only read.
    @State(Scope.Thread)
    public static class Filled {
        private final Log log = MemoryLog.builder(InstantSource.system()).open();
        private final ReadCursor beginning;

        public Filled() {
            Cursor before = log.head();
            for (int i = 0; i < BATCH; i++) log.append(Samples.publication());
            beginning = ReadCursor.at(before);
        }

        @TearDown
        public void close() {
            log.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Read read(Filled filled) {
        return filled.log.read(filled.beginning, selection, Filter.NONE, BATCH, READ_BYTES_MAX);
    }
}
