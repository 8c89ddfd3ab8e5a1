package javax.annotation;

/** What the generated classes are marked with; Java itself has it no more, and their users take it from a library. */
public @interface Generated {
    String value();

    String comments();
}
