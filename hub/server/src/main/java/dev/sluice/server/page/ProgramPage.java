package dev.sluice.server.page;

import java.util.List;
import java.util.Map;

/// A page of an embedding program, shown in the shell of the hub's own pages.
///
/// @param markup  of its main part, in the form of the hub's pages ([Template])
/// @param styles  the addresses of its style sheets, relative to the page
/// @param scripts the addresses of its modules, relative to the page
/// @param words   its messages by name, each by language
public record ProgramPage(
        String markup,
        Translation title,
        List<String> styles,
        List<String> scripts,
        Map<String, Map<String, String>> words) {}
