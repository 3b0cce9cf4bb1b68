package dev.sluice.sense.monitor;

import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.monitor.IncidentRecorder.Entry;
import dev.sluice.sense.monitor.IncidentRecorder.Recorded;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import java.util.ArrayList;
import java.util.List;

/// Writes entries and their alerts to the database: all of them, or none.
record IncidentTransaction(Database database, IncidentLog incidents, OutboxStore outbox) {
    IncidentTransaction(Database database) {
        this(database, new IncidentLog(database), new OutboxStore(database));
    }

    List<Recorded> record(List<Entry> entries) {
        return database.transaction(_ -> {
            List<Recorded> recorded = new ArrayList<>();
            for (Entry entry : entries) {
                switch (entry) {
                    case Entry.Opening opening -> recorded.add(open(opening));
                    case Entry.Closing closing -> close(closing, recorded);
                }
            }
            return recorded;
        });
    }

    private Recorded open(Entry.Opening opening) {
        Incident incident = incidents.open(opening.check(), opening.firstFailure(), opening.at(), opening.failure());
        opening.receivers().forEach(notifier -> outbox.add(incident.id(), Alert.Kind.OPENED, notifier, opening.at()));
        return new Recorded(Alert.Kind.OPENED, incident);
    }

    private void close(Entry.Closing closing, List<Recorded> recorded) {
        incidents.close(closing.check(), closing.ending(), closing.at()).ifPresent(incident -> {
            recorded.add(new Recorded(Alert.Kind.CLOSED, incident));
            if (closing.ending() == Ending.REPLACED)
                return; // The incident that replaces it is alerted, and this is no recovery.
            // The end of an incident is sent to those notifiers that received its beginning.
            outbox.receivers(incident.id())
                    .forEach(notifier -> outbox.add(incident.id(), Alert.Kind.CLOSED, notifier, closing.at()));
        });
    }
}
