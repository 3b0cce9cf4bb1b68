package dev.sluice.server.doctor;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.doctor.DoctorRoutes.Pace;
import dev.sluice.server.net.outlet.Outlet;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A stream of a few small events at a known pace, each with its number and the time at which it was written.
/// Runs on the event loop of its connection.
final class PacedEvents implements StreamListener {
    /// Encodes an event.
    interface Format {
        byte[] event(int number, String data);
    }

    private final Pace pace;
    private final InstantSource wall;
    private final DoctorRuns.Taken taken;
    private @Nullable Outlet outlet;
    private @Nullable ScheduledFuture<?> timer;
    private int number;
    private boolean isOver;

    PacedEvents(Pace pace, InstantSource wall, DoctorRuns.Taken taken) {
        this.pace = pace;
        this.wall = wall;
        this.taken = taken;
    }

    /// @param end the bytes after the last event
    void begin(Outlet to, Format format, byte[] end) {
        outlet = to;
        taken.onGiveWay(() -> to.loop().execute(this::giveWay));
        // In a later turn of the loop, because an upgraded connection sends its head after this.
        timer = to.loop().scheduleAtFixedRate(() -> next(to, format, end), 0, pace.everyMs(), TimeUnit.MILLISECONDS);
    }

    private void next(Outlet to, Format format, byte[] end) {
        if (isOver) return;
        number++;
        String data = "{\"n\":" + number + ",\"time\":" + wall.millis() + "}";
        to.send(format.event(number, data), () -> {});
        if (number < pace.events()) return;
        if (end.length > 0) to.send(end, () -> {});
        close();
        to.end(true);
    }

    private void giveWay() {
        if (!isOver) stopping();
    }

    @Override
    public void stopping() {
        close();
        if (outlet != null) outlet.end(false);
    }

    @Override
    public void writable() {
        // Nothing to do: all events of a stream together are smaller than a socket's buffer.
    }

    @Override
    public void close() {
        isOver = true;
        if (timer != null) timer.cancel(false);
        taken.close();
    }

    @Override
    public boolean isOver() {
        return isOver;
    }
}
