package dev.sluice.server.page;

import java.util.List;

/// A page in all languages, in the order of [Language#column].
record Templates(List<Template> templates) {
    static Templates of(String file, Messages messages) {
        return new Templates(Language.inColumns().stream()
                .map(language -> Template.of(file, messages, language))
                .toList());
    }

    Template in(Language language) {
        return templates.get(language.column());
    }
}
