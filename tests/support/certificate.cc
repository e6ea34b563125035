// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificate.h"

#include <cstdio>
#include <memory>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace attune::test {

namespace {

constexpr long kDay = 24L * 60 * 60;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<FILE, decltype(&std::fclose)>;

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509Pointer signed_by_itself(EVP_PKEY* key, const std::string& name, const std::string& names) {
  X509Pointer made(X509_new(), X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kDay);
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), subject);
  X509_set_pubkey(made.get(), key);
  add_extension(made.get(), NID_subject_alt_name, names);
  add_extension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(made.get(), key, EVP_sha256());
  return made;
}

}  // namespace

Certificate make_certificate(const std::filesystem::path& folder, const std::string& name,
                             const std::string& names) {
  const Certificate made{folder / (name + ".pem"), folder / (name + ".key")};
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Pointer certificate = signed_by_itself(key.get(), name, names);
  {
    const File file(std::fopen(made.certificate.c_str(), "w"), &std::fclose);
    PEM_write_X509(file.get(), certificate.get());
  }
  {
    const File file(std::fopen(made.key.c_str(), "w"), &std::fclose);
    PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  std::filesystem::permissions(made.certificate, std::filesystem::perms(0644));
  std::filesystem::permissions(made.key, std::filesystem::perms(0600));
  return made;
}

}  // namespace attune::test
