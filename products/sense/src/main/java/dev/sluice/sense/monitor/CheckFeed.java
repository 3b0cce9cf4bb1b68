package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.state.Health;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// What readers see of checks besides their states: the newest outcome and the open incident of each. Also
/// publishes it to the channels. Called by one thread at a time.
final class CheckFeed {
    private final LiveFeed live;
    private final Map<String, Outcome> newest = new HashMap<>();
    private final Map<String, Long> openIncidents = new HashMap<>();

    CheckFeed(LiveFeed live) {
        this.live = live;
    }

    /// Records an outcome, which is shown together with the state that follows from it.
    void ran(String check, Outcome outcome) {
        newest.put(check, outcome);
    }

    /// Publishes an outcome.
    void sample(String check, Outcome outcome, Instant now) {
        live.sample(check, MonitorJson.sample(outcome, now));
    }

    /// Records an incident that was open when Sense last stopped.
    void opened(Incident incident) {
        openIncidents.put(incident.check(), incident.id());
    }

    /// Publishes that an incident was opened or closed.
    void alert(Alert.Kind kind, Incident incident) {
        boolean isOpening = kind == Alert.Kind.OPENED;
        if (isOpening) opened(incident);
        else openIncidents.remove(incident.check());
        live.alert(isOpening ? "opened" : "closed", incident.check(), MonitorJson.incident(incident));
    }

    /// Returns the public view of a check.
    Map<String, Object> view(CheckDefinition definition, Health health, boolean isFlapping) {
        Map<String, Object> all = MonitorJson.check(definition, health, isFlapping);
        Long incident = openIncidents.get(definition.name());
        if (incident != null) all.put("incident", incident);
        Outcome outcome = newest.get(definition.name());
        if (outcome != null) MonitorJson.outcome(outcome, all);
        return all;
    }

    /// Publishes the public view of a check.
    void publish(String check, Map<String, Object> view) {
        live.state(check, view);
    }

    /// Publishes that a check was removed.
    void remove(String check) {
        newest.remove(check);
        live.state(check, null);
    }
}
