package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Signal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client has reported so far, in its order. May be used from any thread.
public final class Seen {
    /// An event as a client saw it.
    ///
    /// @param id what the client would resume from
    public record Event(String id, String data) {
        @Override
        public String toString() {
            return id + "=" + (data.length() > 60 ? data.substring(0, 60) + "… " + data.length() : data);
        }
    }

    private final Signal signal = new Signal();
    private final List<Event> events = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable String place;
    private int ends;

    public void event(String id, String data) {
        synchronized (signal) {
            events.add(new Event(id, data));
            place = id;
            signal.changed();
        }
    }

    /// A place without an event: the beginning, a heartbeat.
    public void place(String id) {
        synchronized (signal) {
            place = id;
            signal.changed();
        }
    }

    /// Anything else that a client told of, for messages and for tests that look for it.
    public void note(String text) {
        synchronized (signal) {
            notes.add(text);
            signal.changed();
        }
    }

    /// A run is over and does not come back by itself.
    public void ended(String how) {
        synchronized (signal) {
            notes.add(how);
            ends++;
            signal.changed();
        }
    }

    /// The last place that was reported.
    public String awaitPlace() {
        return signal.await(() -> place, () -> "never had a place; " + this);
    }

    /// Waits to be told something with these words.
    public String awaitNote(String part) {
        return signal.await(
                () -> notes.stream()
                        .filter(note -> note.contains(part))
                        .findFirst()
                        .orElse(null),
                () -> "never told of " + part + "; " + this);
    }

    /// Waits until so many runs are over.
    void awaitEnds(int count) {
        signal.await(() -> ends >= count ? this : null, () -> "not over after " + count + " runs; " + this);
    }

    public List<String> notes() {
        synchronized (signal) {
            return List.copyOf(notes);
        }
    }

    /// Waits until there are so many events, and gives the data of all.
    List<String> awaitTexts(int count) {
        return signal.await(
                () -> events.size() < count
                        ? null
                        : events.stream().map(Event::data).toList(),
                () -> "got " + events.size() + " of " + count + " events; " + this);
    }

    /// Waits until there are so many events, and gives all.
    public List<Event> awaitEvents(int count) {
        return signal.await(
                () -> events.size() < count ? null : List.copyOf(events),
                () -> "got " + events.size() + " of " + count + " events; " + this);
    }

    /// Waits until as many events are here as are expected, and expects them to be these and no others.
    public void expect(List<Event> expected) {
        signal.await(
                () -> events.size() >= expected.size() ? this : null,
                () -> "got " + events.size() + " of " + expected.size() + " events; " + this);
        synchronized (signal) {
            assertThat(events).as(() -> toString()).isEqualTo(expected);
        }
    }

    @Override
    public String toString() {
        synchronized (signal) {
            return events + ", place " + place + ", told " + notes;
        }
    }
}
