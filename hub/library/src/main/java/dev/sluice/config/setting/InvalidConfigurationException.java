package dev.sluice.config.setting;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that can't be used. The message has a line per mistake.
public final class InvalidConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    /// With more mistakes, the documentation helps more than a longer list.
    private static final int SHOWN_MAX = 20;

    public InvalidConfigurationException(List<Fault> faults) {
        super(faults.stream()
                        .sorted(Fault.IN_ORDER)
                        .limit(SHOWN_MAX)
                        .map(Fault::toString)
                        .collect(Collectors.joining("\n"))
                + (faults.size() > SHOWN_MAX ? "\nand " + (faults.size() - SHOWN_MAX) + " more." : ""));
    }
}
