#include <cblas.h>
#include <stddef.h>

// OpenBLAS contains LAPACK, but its packages come without LAPACK's header. The last two arguments
// are the lengths of the two strings, which Fortran adds to every call.
void dsyev_(const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda,
            double *w, double *work, const blasint *lwork, blasint *info, size_t jobz_length,
            size_t uplo_length);
