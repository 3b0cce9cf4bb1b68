package dev.sluice.server.connections;

import dev.sluice.core.delivery.operator.DeliveryStatus;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.Trace;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.operator.TraceSubject;
import dev.sluice.core.delivery.operator.TracedEvent;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Traces as JSON, without the data of events.
final class TraceJson {
    private TraceJson() {}

    static byte[] list(List<Trace> traces) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("traces");
            for (Trace each : traces) {
                json.writeStartObject();
                head(json, each);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    static byte[] whole(Trace trace) {
        return Json.bytes(json -> {
            json.writeStartObject();
            head(json, trace);
            if (trace.dropped() > 0) json.writeNumberProperty("dropped", trace.dropped());
            if (trace.subject() instanceof TraceSubject.OfChannel) {
                json.writeArrayPropertyStart("events");
                for (TracedEvent each : trace.events()) write(json, each);
            } else {
                json.writeArrayPropertyStart("steps");
                String transport = null;
                for (TraceStep each : trace.steps()) {
                    write(json, each, transport);
                    transport = each.stream().transport();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void head(JsonGenerator json, Trace trace) {
        json.writeStringProperty("id", Long.toString(trace.id()));
        switch (trace.subject()) {
            case TraceSubject.OfChannel(var channel) -> json.writeStringProperty("channel", channel.value());
            case TraceSubject.OfIdentity(String name) -> json.writeStringProperty("sub", name);
            case TraceSubject.OfAddress(String address) -> json.writeStringProperty("address", address);
        }
        json.writeStringProperty("since", Timestamp.of(trace.beganMs()));
        json.writeStringProperty("until", Timestamp.of(trace.endMs()));
        json.writeBooleanProperty("running", trace.leftMs() > 0);
    }

    private static void write(JsonGenerator json, TracedEvent event) {
        json.writeStartObject();
        json.writeStringProperty("id", event.id().text());
        time(json, "published", event.publishedMs());
        time(json, "stored", event.storedMs());
        time(json, "synced", event.syncedMs());
        json.writeNumberProperty("deliveries", event.deliveries());
        TracedEvent.Slowest slowest = event.slowest();
        if (slowest != null) {
            json.writeNumberProperty("slowestMs", slowest.afterMs());
            json.writeName("slowest");
            stream(json, slowest.stream());
        }
        json.writeEndObject();
    }

    private static void time(JsonGenerator json, String name, long ms) {
        if (ms > 0) json.writeStringProperty(name, Timestamp.of(ms));
    }

    private static void stream(JsonGenerator json, StreamStatus stream) {
        json.writeStartObject();
        ConnectionJson.write(json, stream);
        json.writeEndObject();
    }

    /// @param before the transport of the previous step; null for the first step
    private static void write(JsonGenerator json, TraceStep step, @Nullable String before) {
        json.writeStartObject();
        json.writeStringProperty("time", Timestamp.of(step.timeMs()));
        switch (step.kind()) {
            case TraceStep.Kind.Opened(String after) -> {
                json.writeStringProperty("step", after == null ? "connected" : "resumed");
                if (after != null) json.writeStringProperty("after", after);
                boolean isChange =
                        before != null && !before.equals(step.stream().transport());
                if (isChange) json.writeStringProperty("transportBefore", before);
            }
            case TraceStep.Kind.Subscribed(String after) -> {
                json.writeStringProperty("step", "subscribed");
                if (after != null) json.writeStringProperty("after", after);
            }
            case TraceStep.Kind.Missed(String after, var resume) -> {
                json.writeStringProperty("step", "gap");
                json.writeStringProperty("after", after);
                json.writeStringProperty("resume", resume.text());
            }
            case TraceStep.Kind.Closed(var reason) -> {
                json.writeStringProperty("step", "ended");
                json.writeStringProperty("reason", ConnectionJson.word(reason));
            }
        }
        json.writeName("connection");
        stream(json, step.stream());
        json.writeEndObject();
    }

    static byte[] delivery(DeliveryStatus status) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("passed", status.passed());
            json.writeNumberProperty("before", status.before());
            json.writeArrayPropertyStart("last");
            for (StreamStatus each : status.last()) stream(json, each);
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
