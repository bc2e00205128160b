package dev.fathom.http.answer;

import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.request.Cursor;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import java.time.Instant;
import java.util.List;

/** Turns pages into the list every operation answers. */
public final class Lists {

    private Lists() {}

    /** @param order what the list is sorted by, for the cursor */
    public static <T> Listing<T> of(
            String order, PageRequest request, Page<T> page, List<ItemProblem> problems, Instant observedAt) {
        PageInfo info = new PageInfo(
                page.total(), request.limit(), Cursor.next(order, page).orElse(null));
        return new Listing<>(page.items(), info, problems, observedAt);
    }
}
