package dev.fathom.http.page;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The templates, each with what it shows. */
@CheckedTemplate(basePath = "page")
final class Templates {

    private Templates() {}

    static native TemplateInstance nothing(Shell shell);

    /** @param again whether the browser asks for the page again by itself */
    static native TemplateInstance problem(Shell shell, ProblemView problem, boolean again);

    static native TemplateInstance overview(Shell shell, Overview view);

    static native TemplateInstance move(
            Shell shell, MovePage.MoveView view, @Nullable PlanView plan, @Nullable ProblemView problem);

    static native TemplateInstance operations(Shell shell, List<OperationRow> rows, List<String> problems, String next);

    static native TemplateInstance operation(
            Shell shell, OperationView view, @Nullable PlanView plan, @Nullable ProblemView problem);

    static native TemplateInstance records(Shell shell, RecordsView view, @Nullable ProblemView problem);

    static native TemplateInstance consumers(Shell shell, ConsumerPage.Listed view);

    static native TemplateInstance consumer(Shell shell, ConsumerView view);

    static native TemplateInstance me(Shell shell, String roles, List<MePage.Granted> granted);

    static native TemplateInstance group(Shell shell, GroupView view);
}
