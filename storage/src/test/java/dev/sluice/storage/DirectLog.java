package dev.sluice.storage;

import dev.sluice.core.log.Appended;
import dev.sluice.core.log.DirectAppend;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// A log whose publishers write by themselves where they may, as event loops do.
final class DirectLog extends ForwardingLog {
    private final RocksLog log;

    DirectLog(RocksLog log) {
        super(log);
        this.log = log;
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        PendingAppend append = PendingAppend.of(publication);
        DirectAppend begun = log.writer().begin(List.of(append));
        if (begun == null) {
            log.writer().appendEach(List.of(append));
        } else {
            begun.write();
            begun.complete();
        }
        return append.outcome();
    }

    RocksLog log() {
        return log;
    }
}
