import java.io.FileInputStream;
import java.io.InputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates each file given against PDF/A-3b and names every rule it breaks. */
public class ValidatePdfA {
	public static void main(String[] files) throws Exception {
		VeraGreenfieldFoundryProvider.initialise();
		boolean allCompliant = true;
		for (String file : files) {
			try (InputStream pdf = new FileInputStream(file);
					PDFAParser parser = Foundries.defaultInstance().createParser(pdf, PDFAFlavour.PDFA_3_B);
					PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_3_B, false)) {
				ValidationResult result = validator.validate(parser);
				allCompliant &= result.isCompliant();
				System.out.println(file + ": " + (result.isCompliant() ? "PDF/A-3b" : "not PDF/A-3b")
						+ ", " + result.getTotalAssertions() + " assertions");
				for (TestAssertion broken : result.getTestAssertions())
					System.out.println("  " + broken.getRuleId().getClause() + " " + broken.getMessage()
							+ " at " + broken.getLocation().getContext());
			}
		}
		System.exit(allCompliant ? 0 : 1);
	}
}
