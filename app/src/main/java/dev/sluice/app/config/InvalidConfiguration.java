package dev.sluice.app.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that can't be used. The message has a line for each thing that is wrong.
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1;

    /// Who has more wrong than this reads the documentation first.
    private static final int SHOWN_MAX = 20;

    InvalidConfiguration(List<Fault> faults) {
        super(faults.stream()
                        .sorted(Fault.IN_ORDER)
                        .limit(SHOWN_MAX)
                        .map(Fault::toString)
                        .collect(Collectors.joining("\n"))
                + (faults.size() > SHOWN_MAX ? "\nand " + (faults.size() - SHOWN_MAX) + " more." : ""));
    }

    InvalidConfiguration(String message) {
        super(message);
    }
}
