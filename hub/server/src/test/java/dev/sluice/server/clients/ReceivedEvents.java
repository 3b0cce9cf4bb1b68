package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Signal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything a client has reported so far, in order. May be used from any thread.
public final class ReceivedEvents {
    /// An event as received by a client.
    ///
    /// @param id the id that the client would resume from
    public record Event(String id, String data) {
        @Override
        public String toString() {
            return id + "=" + (data.length() > 60 ? data.substring(0, 60) + "… " + data.length() : data);
        }
    }

    private final Signal signal = new Signal();
    private final List<Event> events = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable String cursor;
    private int ends;

    public void event(String id, String data) {
        synchronized (signal) {
            events.add(new Event(id, data));
            cursor = id;
            signal.changed();
        }
    }

    /// A cursor without an event: at the start, or in a heartbeat.
    public void cursor(String id) {
        synchronized (signal) {
            cursor = id;
            signal.changed();
        }
    }

    /// Anything else that a client reports, for failure messages and for tests that look for it.
    public void note(String text) {
        synchronized (signal) {
            notes.add(text);
            signal.changed();
        }
    }

    /// A run has ended and does not reconnect.
    public void ended(String how) {
        synchronized (signal) {
            notes.add(how);
            ends++;
            signal.changed();
        }
    }

    /// Waits for a cursor and returns the last one reported.
    public String awaitCursor() {
        return signal.await(() -> cursor, () -> "no cursor reported; " + this);
    }

    /// Waits for a note that contains this text.
    public String awaitNote(String part) {
        return signal.await(
                () -> notes.stream()
                        .filter(note -> note.contains(part))
                        .findFirst()
                        .orElse(null),
                () -> "no note contains " + part + "; " + this);
    }

    /// Waits until this many runs have ended.
    void awaitEnds(int count) {
        signal.await(() -> ends >= count ? this : null, () -> "fewer than " + count + " runs have ended; " + this);
    }

    public List<String> notes() {
        synchronized (signal) {
            return List.copyOf(notes);
        }
    }

    /// Waits until this many events were received, and returns the data of all.
    List<String> awaitTexts(int count) {
        return signal.await(
                () -> events.size() < count
                        ? null
                        : events.stream().map(Event::data).toList(),
                () -> "got " + events.size() + " of " + count + " events; " + this);
    }

    /// Waits until this many events were received, and returns all.
    public List<Event> awaitEvents(int count) {
        return signal.await(
                () -> events.size() < count ? null : List.copyOf(events),
                () -> "got " + events.size() + " of " + count + " events; " + this);
    }

    /// Waits until as many events as expected were received, and checks that they are exactly these.
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
            return events + ", cursor " + cursor + ", notes " + notes;
        }
    }
}
