package dev.sluice.storage;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.InlineAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestAppend;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/// A log whose publishers write by themselves where they may, as event loops do.
final class InlineLog extends ForwardingLog {
    private final RocksLog log;
    private final AtomicInteger inline = new AtomicInteger();

    InlineLog(RocksLog log) {
        super(log);
        this.log = log;
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        TestAppend append = TestAppend.of(publication);
        InlineAppend begun = log.writer().begin(TestAppend.all(append));
        if (begun == null) {
            log.writer().appendEach(TestAppend.all(append));
        } else {
            inline.incrementAndGet();
            begun.write();
            begun.complete();
        }
        return append.outcome();
    }

    /// How many appends their publishers wrote.
    int inline() {
        return inline.get();
    }

    RocksLog log() {
        return log;
    }
}
