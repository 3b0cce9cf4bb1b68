package dev.sluice.sense.config;

import java.util.List;
import java.util.stream.Collectors;

/// Thrown for a configuration with mistakes; contains all of them.
public final class InvalidSenseException extends Exception {
    private final transient List<Fault> faults;

    public InvalidSenseException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
