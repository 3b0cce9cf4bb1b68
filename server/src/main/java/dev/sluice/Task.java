package dev.sluice;

/// Something to do, on a virtual thread; it may block, and fails as a [Handler] does.
@FunctionalInterface
public interface Task {
    void run() throws Exception;
}
