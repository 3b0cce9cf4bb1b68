package dev.sluice;

/// Code of a program that runs on a virtual thread. It may block. Exceptions are treated as in [Handler].
@FunctionalInterface
public interface Task {
    void run() throws Exception;
}
