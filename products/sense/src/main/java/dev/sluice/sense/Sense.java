package dev.sluice.sense;

import dev.sluice.Sluice;
import dev.sluice.sense.api.CheckRoutes;
import dev.sluice.sense.api.HeartbeatRoutes;
import dev.sluice.sense.api.IncidentRoutes;
import dev.sluice.sense.api.MaintenanceRoutes;
import dev.sluice.sense.api.NotifierRoutes;
import dev.sluice.sense.api.SenseApi;
import dev.sluice.sense.api.ServerRoutes;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckTypes;
import dev.sluice.sense.config.Definition;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.HostAndPort;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.config.NotifierTypes;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.live.LocalHubWriter;
import dev.sluice.sense.mirror.HubMirror;
import dev.sluice.sense.monitor.AlertWriter;
import dev.sluice.sense.monitor.CheckPipeline;
import dev.sluice.sense.monitor.CheckRunner;
import dev.sluice.sense.monitor.DefinitionFile;
import dev.sluice.sense.monitor.DefinitionRegistry;
import dev.sluice.sense.monitor.HubFeeds;
import dev.sluice.sense.monitor.MaintenancePlan;
import dev.sluice.sense.monitor.Monitor;
import dev.sluice.sense.monitor.MonitorJson;
import dev.sluice.sense.monitor.NotifierRegistry;
import dev.sluice.sense.monitor.SelfMonitor;
import dev.sluice.sense.monitor.SenseClock;
import dev.sluice.sense.monitor.Witness;
import dev.sluice.sense.notify.Outbox;
import dev.sluice.sense.notify.OutboxEntry;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.page.SensePages;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.server.ServerFeed;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.CannotOpenDatabaseException;
import dev.sluice.sense.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A monitor on a hub: runs checks, records incidents, and alerts people. Everything live is in channels of
/// the hub.
///
/// Call [#on] with a hub that has not been started, start the hub, then call [#start]. Call [#close] before
/// the hub's `close`.
public final class Sense implements AutoCloseable {
    /// The path of the database below a hub's folder.
    public static final String DATABASE = "sense/sense.db";

    /// Matches the id of an incident.
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");

    private final SenseOptions options;
    private final Database database;
    private final LiveFeed live;
    private final Outbox outbox;
    private final Scheduler scheduler;
    private final Monitor monitor;
    private final MaintenancePlan maintenance;
    private final DefinitionRegistry definitions;
    private final ServerRegistry servers;
    private final HeartbeatLog heartbeats;
    private final ServerFeed feed;
    private final @Nullable HubMirror mirror;
    private final DefinitionFile file;
    private final SelfMonitor self;
    private final ExecutorService recording = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("sense incidents").factory());

    private Sense(Sluice hub, SenseOptions options, Database database, SenseClock clock) {
        this.options = options;
        this.database = database;
        heartbeats = new HeartbeatLog(database, clock.wall());
        servers = new ServerRegistry(new ServerStore(database), clock.wall());
        var parser = new DefinitionParser(
                CheckTypes.all(heartbeats, servers, clock.wall()), NotifierTypes.all(clock.wall()));
        var incidents = new IncidentLog(database);
        var outboxStore = new OutboxStore(database);
        var notifiers = new NotifierRegistry();
        var alerts = new AlertWriter(database, incidents, this::check, this::publicUrl, clock.wall());
        live = new LiveFeed(new LocalHubWriter(hub));
        outbox = new Outbox(outboxStore, alerts::alert, this::attempted, clock.wall());
        monitor = new Monitor(database, live, notifiers::names, this::recheck, outbox::wake, recording, clock.wall());
        var witness = new Witness(this::witnesses, Network.system(), clock.elapsedMs());
        var runner = new CheckRunner(monitor, witness, clock.wall());
        scheduler = new Scheduler(options.limits().runs(), clock.elapsedMs(), runner);
        definitions = new DefinitionRegistry(parser, database, monitor, scheduler, outbox, notifiers, options.limits());
        maintenance = new MaintenancePlan(database, monitor, clock.wall());
        feed = new ServerFeed(
                hub,
                servers,
                definitions::watchServer,
                this::recheckServer,
                this::recheckPresence,
                definitions::forgetServers,
                clock.wall());
        mirror = options.hub() == null
                ? null
                : new HubMirror(hub, options.hub(), database, servers::connected, clock.elapsedMs());
        file = new DefinitionFile(options.file(), parser, definitions, monitor);
        self = new SelfMonitor(
                file,
                new CheckPipeline(scheduler, witness, monitor, database),
                outboxStore,
                new HubFeeds(live, feed, mirror),
                heartbeats::listens,
                Network.system(),
                clock);
        retention().forEach(hub::rule);
        hub.own("sense/*"); // Not the channels of samples, to which agents publish.
        var notifierRoutes = new NotifierRoutes(definitions, notifiers, alerts, outboxStore, outbox::retry);
        api(incidents, outboxStore, notifierRoutes, clock.wall()).on(hub, parser);
        SensePages.on(
                hub,
                new SensePages.Known(name -> check(name) != null, this::isServer, id -> incident(incidents, id)),
                monitor::down);
    }

    private SenseApi api(IncidentLog incidents, OutboxStore alerts, NotifierRoutes notifiers, InstantSource wall) {
        Predicate<String> isCheck = name -> check(name) != null;
        var heartbeatRoutes = new HeartbeatRoutes(heartbeats, isCheck, this::recheck);
        int commentsMax = options.limits().comments();
        return new SenseApi(
                new CheckRoutes(definitions, monitor, heartbeatRoutes),
                new IncidentRoutes(incidents, alerts, live, this::title, commentsMax, wall),
                new ServerRoutes(servers),
                notifiers,
                new MaintenanceRoutes(maintenance, isCheck),
                heartbeatRoutes,
                self);
    }

    /// Adds Sense with its routes below `/sense/` to a hub that has not been started.
    ///
    /// @throws CannotStartSenseException if the database can't be opened
    public static Sense on(Sluice hub, SenseOptions options) {
        try {
            Database database = options.database() == null ? Database.inMemory() : Database.open(options.database());
            return new Sense(hub, options, database, SenseClock.system());
        } catch (CannotOpenDatabaseException failed) {
            throw new CannotStartSenseException(failed);
        }
    }

    /// Returns the retention of its channels as settings of [Sluice#rule] by channel, for a log that is
    /// opened before [#on] is called.
    public static Map<String, Map<String, String>> retention() {
        return Map.of(
                LiveFeed.STATE,
                Map.of("retention.max_age", "1h", "retention.keep", "newest-of-key"),
                LiveFeed.SELF,
                Map.of("retention.max_age", "1h", "retention.keep", "newest-of-key"),
                LiveFeed.INCIDENTS,
                Map.of("retention.max_age", "1h"),
                "sense/samples/*",
                Map.of("retention.max_age", "24h"));
    }

    /// Copies the database from one hub's folder to another, for a backup or a restore. The source may be in
    /// use.
    ///
    /// @return false if the source has no database
    /// @throws CannotStartSenseException if the database can't be copied
    public static boolean copyDatabase(Path from, Path to) {
        if (!Files.exists(from.resolve(DATABASE))) return false;
        try {
            Database.copy(from.resolve(DATABASE), to.resolve(DATABASE));
            return true;
        } catch (CannotOpenDatabaseException failed) {
            throw new CannotStartSenseException(failed);
        }
    }

    /// Returns true if a check or a server may have this name, which is a segment of channels and paths.
    public static boolean isName(String name) {
        return Definition.NAME.matcher(name).matches();
    }

    /// Starts the checks.
    ///
    /// @throws CannotStartSenseException if the file has mistakes
    public void start() {
        live.start();
        heartbeats.listens(); // Before the checks, so that the time until now does not count as silence of a job.
        maintenance.load(); // Before the checks, so that nothing in maintenance fails.
        scheduler.start();
        try {
            file.load();
        } catch (InvalidSenseException invalid) {
            throw new CannotStartSenseException(invalid);
        }
        monitor.removeOrphans();
        feed.start();
        if (mirror == null) servers.connected(true);
        else mirror.start();
        self.start();
    }

    private String publicUrl() {
        return definitions.file().publicUrl();
    }

    private List<HostAndPort> witnesses() {
        return definitions.file().witnesses();
    }

    private @Nullable CheckDefinition check(String name) {
        return monitor.definition(name).orElse(null);
    }

    private Optional<String> title(String check) {
        return monitor.definition(check).map(CheckDefinition::title);
    }

    private boolean isServer(String name) {
        return servers.show(name).isPresent() || monitor.definitions().stream().anyMatch(each -> each.isOfServer(name));
    }

    private static boolean incident(IncidentLog incidents, String id) {
        return ID.matcher(id).matches() && incidents.find(Long.parseLong(id)).isPresent();
    }

    private void attempted(OutboxEntry entry) {
        live.incident("alert", entry.incident(), MonitorJson.alert(entry));
    }

    private void recheck(String name) {
        scheduler.soon(name);
    }

    private void recheckServer(String server) {
        for (CheckDefinition each : monitor.definitions()) if (each.isOfServer(server)) scheduler.soon(each.name());
    }

    /// Thresholds keep their interval: a restart of the server does not confirm them.
    private void recheckPresence(String server) {
        for (CheckDefinition each : monitor.definitions())
            if (each.isOfServer(server) && each.check() instanceof PresenceCheck) scheduler.soon(each.name());
    }

    /// Stops all checks and closes the database.
    @Override
    public void close() {
        self.close();
        scheduler.close();
        monitor.close();
        recording.close();
        outbox.close();
        if (mirror != null) mirror.close();
        feed.close();
        live.close();
        database.close();
    }
}
