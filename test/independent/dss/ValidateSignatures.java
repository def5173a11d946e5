import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.FileInputStream;
import java.io.InputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Validates PAdES signatures with the default policy (ETSI EN 319 102-1).
 * Arguments: a PEM file of roots to trust, revocation lists parted by commas, then the files.
 * Prints one line a signature: file, number, indication, level, number of time stamps, whether pages were changed.
 */
public class ValidateSignatures {
	public static void main(String[] arguments) throws Exception {
		CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
		for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(new FileInputStream(arguments[0])))
			trusted.addCertificate(new CertificateToken((X509Certificate) root));
		String[] names = arguments[1].split(",");
		InputStream[] lists = new InputStream[names.length];
		for (int i = 0; i < names.length; i++) lists[i] = new FileInputStream(names[i]);
		CommonCertificateVerifier verifier = new CommonCertificateVerifier();
		verifier.setTrustedCertSources(trusted);
		verifier.setAIASource(null);
		verifier.setCrlSource(new ExternalResourcesCRLSource(lists));
		for (int i = 2; i < arguments.length; i++) {
			String name = arguments[i];
			try {
				SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(arguments[i]));
				validator.setCertificateVerifier(verifier);
				Reports reports = validator.validateDocument();
				SimpleReport simple = reports.getSimpleReport();
				DiagnosticData data = reports.getDiagnosticData();
				List<String> ids = simple.getSignatureIdList();
				if (ids.isEmpty()) System.out.println(name + "\t0\tNO_SIGNATURE\t-\t0\t-");
				for (int n = 0; n < ids.size(); n++) {
					String id = ids.get(n);
					System.out.println(name + "\t" + (n + 1) + "\t" + simple.getIndication(id)
							+ (simple.getSubIndication(id) == null ? "" : "/" + simple.getSubIndication(id))
							+ "\t" + simple.getSignatureFormat(id) + "\t" + simple.getSignatureTimestamps(id).size()
							+ "\t" + (data.getSignatureById(id).arePdfModificationsDetected() ? "changed" : "unchanged"));
					for (Object error : simple.getAdESValidationErrors(id)) System.err.println("  " + error);
				}
			} catch (Exception refused) {
				System.out.println(name + "\t0\tREFUSED\t-\t0\t" + refused.getMessage());
			}
		}
	}
}
