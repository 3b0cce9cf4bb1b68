package dev.sluice.sense.api;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.monitor.SelfMonitor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All routes of the API. Reading requires the right to subscribe to `sense/**`; everything else is for
/// administrators of the hub, including definitions, because they name targets.
///
/// @param self the state of Sense itself
public record SenseApi(
        CheckRoutes checks,
        IncidentRoutes incidents,
        ServerRoutes servers,
        NotifierRoutes notifiers,
        MaintenanceRoutes maintenance,
        HeartbeatRoutes heartbeats,
        SelfMonitor self) {
    /// @param parser knows the types of definitions that the API document describes
    public void on(Sluice hub, DefinitionParser parser) {
        heartbeats.on(hub);
        List<Operation> all = operations();
        Map<String, Object> document = OpenApiDocument.of(all, parser);
        hub.mount("/sense/api", api -> {
            api.get("/openapi.json", _ -> ApiResponses.ok(document));
            api.forReaders(LiveFeed.CHANNELS, routes -> add(all, Operation.Access.READERS, routes));
            api.forAdmins(routes -> add(all, Operation.Access.ADMINS, routes));
        });
    }

    private static void add(List<Operation> all, Operation.Access access, Routes routes) {
        all.stream().filter(each -> each.access() == access).forEach(each -> each.on(routes));
    }

    private List<Operation> operations() {
        return Stream.of(ofChecks(), ofIncidents(), ofServers(), ofNotifiers(), ofSense())
                .flatMap(List::stream)
                .toList();
    }

    private List<Operation> ofChecks() {
        String one = "/checks/{name}";
        return List.of(
                Operation.read("listChecks", "/checks", "All checks with their states", "Checks", checks::list),
                Operation.read("getCheck", one, "A check with its state", "Check", checks::show),
                Operation.read("getUptime", one + "/uptime", "The uptime of a check", "Uptime", checks::uptime),
                Operation.readForAdmins(
                        "getDefinition",
                        one + "/definition",
                        "The definition of a check",
                        "Definition",
                        checks::definition),
                Operation.send(
                        "putCheck", "PUT", one, "Adds or changes a check", "Definition", "Definition", checks::put),
                Operation.remove("removeCheck", one, "Removes a check, and closes its incident", checks::remove),
                Operation.send(
                        "tryCheck",
                        "POST",
                        "/try",
                        "Runs a definition once, without saving it",
                        "Definition",
                        "Outcome",
                        checks::tryNow));
    }

    private List<Operation> ofIncidents() {
        String one = "/incidents/{id}";
        return List.of(
                Operation.read(
                                "listIncidents",
                                "/incidents",
                                "Incidents, the newest first",
                                "Incidents",
                                incidents::list)
                        .with(Map.of(
                                "check", "Only incidents of this check.",
                                "before", "Only incidents with a smaller id.",
                                "limit", "The maximum number: 1 to 500, default 50.")),
                Operation.read(
                        "getIncident", one, "An incident with its alerts and comments", "Incident", incidents::show),
                Operation.send(
                        "acknowledge",
                        "POST",
                        one + "/acknowledge",
                        "Records who is on the incident; only the first person is recorded",
                        "Acknowledgement",
                        "Incident",
                        incidents::acknowledge),
                Operation.send(
                        "comment",
                        "POST",
                        one + "/comments",
                        "Adds a comment",
                        "NewComment",
                        "Incident",
                        incidents::comment));
    }

    private List<Operation> ofServers() {
        String one = "/servers/{name}";
        return List.of(
                Operation.read("listServers", "/servers", "Servers whose agents report", "Servers", servers::list),
                Operation.read("getServer", one, "A server with its newest figures", "Server", servers::show),
                Operation.read(
                        "getServerDay", one + "/day", "Means of each minute of the last day", "Day", servers::day));
    }

    private List<Operation> ofNotifiers() {
        String one = "/notifiers/{name}";
        return List.of(
                Operation.readForAdmins("listNotifiers", "/notifiers", "All notifiers", "Notifiers", notifiers::list),
                Operation.send(
                        "putNotifier",
                        "PUT",
                        one,
                        "Adds or changes a notifier",
                        "Notifier",
                        "Notifier",
                        notifiers::put),
                Operation.remove("removeNotifier", one, "Removes a notifier", notifiers::remove),
                Operation.send(
                        "testNotifier", "POST", one + "/test", "Sends a test", "Nothing", "Delivery", notifiers::test),
                Operation.send(
                        "retryNotifier",
                        "POST",
                        one + "/retry",
                        "Sends its pending alerts now",
                        "Nothing",
                        null,
                        notifiers::retry));
    }

    private List<Operation> ofSense() {
        return List.of(
                Operation.read(
                        "listMaintenance", "/maintenance", "Windows that have not ended", "Windows", maintenance::list),
                Operation.send(
                        "planMaintenance",
                        "POST",
                        "/maintenance",
                        "Plans a window",
                        "NewWindow",
                        "Created",
                        maintenance::add),
                Operation.remove(
                        "removeMaintenance", "/maintenance/{id}", "Ends or cancels a window", maintenance::remove),
                Operation.read(
                        "getSelf", "/self", "The state of Sense itself", "Self", _ -> ApiResponses.ok(self.figures())));
    }
}
