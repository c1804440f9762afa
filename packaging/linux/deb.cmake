# The .deb of Debian and Ubuntu, by CPack: what `cmake --install` installs, and what Debian's policy
# wants besides (debian/).
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sharedserver)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "start a server once and share it between processes")
set(CPACK_PACKAGE_DESCRIPTION_FILE ${debian}/description)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# The installation must know its real prefix: units name programs.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

# As for Debian's own tools: who builds a package says who he is.
set(name "$ENV{DEBFULLNAME}")
set(mail "$ENV{DEBEMAIL}")
if(NOT name OR NOT mail)
    set(name "The sharedserver authors")
    set(mail "sharedserver@packages.invalid")
endif()
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${name} <${mail}>")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Qt's own words in the tray's dialogs, and its way onto Wayland.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-translations-l10n, qt6-wayland")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "neovim (>= 0.7.2)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# SOURCE_DATE_EPOCH, where it is set, is the time that counts.
string(TIMESTAMP SHAREDSERVER_DEB_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${debian}/changelog.in ${CMAKE_CURRENT_BINARY_DIR}/debian/changelog @ONLY)
configure_file(${debian}/complete.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/debian/complete.cmake @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_BINARY_DIR}/debian/complete.cmake)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/package)
include(CPack)
