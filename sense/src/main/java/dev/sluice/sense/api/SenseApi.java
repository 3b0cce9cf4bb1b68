package dev.sluice.sense.api;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.sense.Sense;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.monitor.AlertWriter;
import dev.sluice.sense.monitor.Catalog;
import dev.sluice.sense.monitor.MaintenancePlan;
import dev.sluice.sense.monitor.Monitor;
import dev.sluice.sense.monitor.NotifierRegistry;
import dev.sluice.sense.monitor.SelfWatch;
import dev.sluice.sense.notify.OutboxStore;
import java.time.InstantSource;

/// All routes of the API. Reading needs the right to subscribe to `sense/**`; everything else is for administrators of
/// the hub, as are definitions, which name targets.
public final class SenseApi {
    private final CheckRoutes checks;
    private final NotifierRoutes notifiers;
    private final IncidentRoutes incidents;
    private final MaintenanceRoutes maintenance;
    private final SelfWatch self;
    private final BeatRoutes beats;

    public SenseApi(
            Catalog catalog,
            Monitor monitor,
            NotifierRegistry registry,
            IncidentLog log,
            OutboxStore outbox,
            MaintenancePlan plan,
            SelfWatch self,
            AlertWriter alerts,
            BeatRoutes beats,
            InstantSource clock) {
        this.beats = beats;
        checks = new CheckRoutes(catalog, monitor, beats);
        notifiers = new NotifierRoutes(catalog, registry, alerts);
        incidents = new IncidentRoutes(log, outbox, clock);
        maintenance = new MaintenanceRoutes(plan);
        this.self = self;
    }

    public void on(Sluice hub) {
        beats.on(hub);
        hub.mount("/sense/api", api -> {
            api.forReaders(Sense.CHANNELS, this::read);
            api.forAdmins(this::change);
        });
    }

    private void read(Routes routes) {
        routes.get("/checks", checks::list)
                .get("/checks/*", checks::show)
                .get("/checks/*/uptime", checks::uptime)
                .get("/incidents", incidents::list)
                .get("/incidents/*", incidents::show)
                .get("/maintenance", maintenance::list)
                .get("/self", _ -> Answers.ok(self.figures()));
    }

    private void change(Routes routes) {
        routes.get("/checks/*/definition", checks::definition)
                .put("/checks/*", checks::put)
                .delete("/checks/*", checks::remove)
                .post("/try", checks::tryNow)
                .get("/notifiers", notifiers::list)
                .put("/notifiers/*", notifiers::put)
                .delete("/notifiers/*", notifiers::remove)
                .post("/notifiers/*/test", notifiers::test)
                .post("/incidents/*/acknowledge", incidents::acknowledge)
                .post("/incidents/*/comments", incidents::comment)
                .post("/maintenance", maintenance::add)
                .delete("/maintenance/*", maintenance::remove);
    }
}
