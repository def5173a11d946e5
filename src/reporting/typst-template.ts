import Handlebars from "handlebars";
import type { Coverage } from "./font-coverage.js";
import { breakable, REPLACEMENT, showable, typstLiteral } from "./typst-literal.js";

/** The only helpers that may write into a template; each emits one Typst literal and nothing else. */
const WRITERS = ["text", "number"];

/** Refuses a template that writes a value any other way. */
class OnlyLiterals extends Handlebars.Visitor {
	override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
		const { path } = statement;
		const name = "original" in path ? String(path.original) : "";
		if (!statement.escaped || !WRITERS.includes(name))
			throw new Error(
				`line ${statement.loc.start.line}: values enter a report as {{text …}} or {{number …}} only`,
			);
	}
}

function numberLiteral(value: unknown): string {
	if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("expected a finite number");
	return value.toFixed(6);
}

/**
 * Compiles a Handlebars template that yields Typst. Values can enter as literals only, whatever they hold:
 * text as a string of what the font covers. Throws where the template writes a value in another way.
 * @param partials by name, under the same rule
 */
export function compileTypstTemplate(
	template: string,
	partials: Readonly<Record<string, string>>,
	covered: Coverage,
): (context: Readonly<Record<string, unknown>>) => string {
	const handlebars = Handlebars.create();
	for (const source of [template, ...Object.values(partials)])
		new OnlyLiterals().accept(handlebars.parse(source));
	const literal = (value: unknown): string =>
		value === null || value === undefined
			? "none"
			: typstLiteral(breakable(showable(String(value), covered)));
	handlebars.registerHelper({
		text: (value: unknown) => new Handlebars.SafeString(literal(value)),
		number: (value: unknown) => new Handlebars.SafeString(numberLiteral(value)),
	});
	handlebars.registerPartial({ ...partials });
	const render = handlebars.compile(template, { strict: true });
	return (context) => render({ ...context, replacement: REPLACEMENT });
}
